"""Debunks as schema.org ClaimReview in JSON-LD, read and written.

https://schema.org/ClaimReview and https://developers.google.com/search/docs/appearance/structured-data/factcheck
name the properties. What ClaimReview has no place for travels in `additionalProperty`, so that what
was exported comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.debunks import ID_PATTERN, VERDICTS, Verdict
from service.catalogue import debunks as texts
from service.debunk.snapshot import Entry

CONTEXT = "https://schema.org"
URN = "urn:mingjian:debunk:"
WORST, BEST = 1, 5
RATINGS: dict[Verdict, int] = {"false": 1, "misleading": 2, "unproven": 3, "true": 5}
# What fact-checkers write, in the order of asking: 部分属实 is not 属实, "untrue" not "true", and a
# negation turns what follows it: "not verified", 不完全属实, 不是真的.
_WORDED: tuple[tuple[Verdict, str], ...] = (
    (
        "unproven",
        "|".join(
            (
                "存疑|尚无定论|(?:未|没有?|难以|不能)(?:[经被获]|得到)?证实",
                "无法(?:[经被]|得到)?(?:证实|判断|确认)|证据不足|待证",
                "unproven|unverified|unconfirmed|unsupported|inconclusive|undetermined",
                "no evidence|not (?:yet )?(?:been )?(?:verified|proven|confirmed)",
            )
        ),
    ),
    (
        "misleading",
        "|".join(
            (
                "误导|部分(?:属实|真实|正确)|半真半假|夸大|断章取义|缺乏背景",
                "[不非](?:完全|全部?|尽)(?:属实|真实|是?真的?|正确|准确)",
                "mislead|missing context|mixture|mixed|half|partly|partially|exaggerat|cherry",
                "out of context|(?:mostly|largely|barely) (?:true|false|correct|(?:in)?accurate)",
                "not (?:entirely|completely|fully|quite|wholly) (?:true|correct|accurate)",
            )
        ),
    ),
    (
        "false",
        "|".join(
            (
                "不实|虚假|(?<!非)(?<!不是)谣言|假|错误|伪|捏造|无依据|[不非]是?(?:属实|真|正确|准确|确实)",
                "false|fake|inaccurate|incorrect|hoax|pants|wrong|untrue|fabricat",
                "not (?:true|correct|accurate|real)",
            )
        ),
    ),
    (
        "true",
        "|".join(
            (
                "属实|真实|真的|正确|证实|确实|(?:非|不是)谣言",
                "(?<![a-z])(?:true|correct|accurate|verified)(?![a-z])",
            )
        ),
    ),
)
PROPERTIES = ("topic", "expires")
# Their addresses are calls of their own.
RESERVED = ("search", "import", "export")


class Unreadable(ValueError):
    """Why an object is no ClaimReview that can be read; `pointer` says where."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


def documents(value: object) -> list[object]:
    """Return the reviews of a JSON-LD document: one object, a list of them, or an `@graph`."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "@graph" in value:
        graph = value["@graph"]
        return graph if isinstance(graph, list) else [graph]
    return [value]


def to_review(entry: Entry) -> dict[str, Any]:
    """Return an entry as a ClaimReview; what is empty is left out."""
    content = entry.content
    first = next((source for source in content.sources if source.url), None)
    rating = {
        "@type": "Rating",
        "ratingValue": RATINGS[content.verdict],
        "bestRating": BEST,
        "worstRating": WORST,
        "alternateName": texts.VERDICT_NAMES[content.verdict],
    }
    appearance: dict[str, Any] = {"@type": "Claim", "name": content.claim}
    if content.variants:
        appearance["alternateName"] = list(content.variants)
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": f"{URN}{entry.id}",
        "claimReviewed": content.claim,
        "reviewRating": rating,
        "itemReviewed": appearance,
        "inLanguage": "zh",
    }
    optional = {
        "reviewBody": content.summary,
        "datePublished": content.as_of,
        "url": first.url if first else None,
        "author": _organisation(first) if first else None,
        "citation": [_cited(source.name, source.url) for source in content.sources],
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": getattr(content, name)}
            for name in PROPERTIES
            if getattr(content, name)
        ],
    }
    return review | {name: part for name, part in optional.items() if part}


def read_review(value: object) -> tuple[str | None, dict[str, Any]]:
    """Return the id a review names, if it is ours, and the fields of a debunk, not yet checked.

    Raises Unreadable for what is no ClaimReview, or rates a claim in a way that is not understood.
    """
    if not isinstance(value, dict):
        raise Unreadable("", "must be an object of the type ClaimReview")
    kinds = value.get("@type")
    if "ClaimReview" not in _names(kinds):
        raise Unreadable("/@type", "must be ClaimReview")
    fields: dict[str, Any] = {"claim": value.get("claimReviewed")}
    if fields["claim"] is None:
        raise Unreadable("/claimReviewed", "is missing; it holds the claim")
    fields["verdict"] = verdict_of(value.get("reviewRating"))
    fields["variants"] = _variants(value.get("itemReviewed"))
    fields["summary"] = next(
        (value[name] for name in ("reviewBody", "description") if value.get(name)), ""
    )
    fields["sources"] = _sources(value)
    published = value.get("datePublished")
    if isinstance(published, str):
        fields["as_of"] = published[:10]
    fields |= _properties(value.get("additionalProperty"))
    return _identity(value.get("@id")), fields


def verdict_of(rating: object) -> Verdict:
    """Return the verdict of a reviewRating: by its words, otherwise by its place on its scale."""
    if isinstance(rating, list) and rating:
        rating = rating[0]
    if not isinstance(rating, dict):
        raise Unreadable("/reviewRating", "is missing; it says what was found about the claim")
    for name in ("alternateName", "name", "ratingExplanation", "ratingValue"):
        words = rating.get(name)
        if isinstance(words, str):
            for verdict, pattern in _WORDED:
                if re.search(pattern, words, re.IGNORECASE):
                    return verdict
    value = _number(rating.get("ratingValue"))
    worst = _number(rating.get("worstRating"), WORST)
    best = _number(rating.get("bestRating"), BEST)
    if (
        value is None
        or worst is None
        or best is None
        or not worst <= value <= best
        or worst == best
    ):
        raise Unreadable(
            "/reviewRating",
            "is not understood; give alternateName (不实, 误导, 尚无定论, 属实) or a ratingValue "
            "between worstRating and bestRating",
        )
    share = (value - worst) / (best - worst)
    return min(VERDICTS, key=lambda one: abs((RATINGS[one] - WORST) / (BEST - WORST) - share))


def _number(value: object, default: float | None = None) -> float | None:
    if value is None:
        return default
    try:
        number = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < 1e9 else None


def _names(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one).rpartition("/")[2].rpartition(":")[2] for one in values if one is not None]


def _variants(item: object) -> list[Any]:
    if not isinstance(item, dict):
        return []
    names = item.get("alternateName", [])
    return names if isinstance(names, list) else [names]


def _sources(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    cited = value.get("citation")
    works = cited if isinstance(cited, list) else [cited] if cited else []
    found = [_source(work) for work in works]
    if not found and (value.get("url") or value.get("author")):
        author = value.get("author")
        named = author[0] if isinstance(author, list) and author else author
        name = named.get("name") if isinstance(named, dict) else named
        url = value.get("url") or (named.get("url") if isinstance(named, dict) else None)
        found = [{"name": name or url, "url": url}]
    return found


def _source(work: object) -> dict[str, Any]:
    if isinstance(work, dict):
        return {"name": work.get("name") or work.get("url"), "url": work.get("url")}
    address = isinstance(work, str) and work.startswith(("http://", "https://"))
    return {"name": work, "url": work if address else None}


def _properties(listed: object) -> dict[str, Any]:
    pairs: Sequence[object] = listed if isinstance(listed, list) else [listed]
    return {
        one["name"]: one.get("value")
        for one in pairs
        if isinstance(one, dict) and one.get("name") in PROPERTIES
    }


def _identity(value: object) -> str | None:
    if not isinstance(value, str) or not value.startswith(URN):
        return None
    identity = value.removeprefix(URN)
    usable = re.fullmatch(ID_PATTERN, identity) and identity not in RESERVED
    return identity if usable else None


def _organisation(source: Any) -> dict[str, Any]:
    return {"@type": "Organization", "name": source.name}


def _cited(name: str, url: str | None) -> dict[str, Any]:
    return {"@type": "CreativeWork", "name": name} | ({"url": url} if url else {})
