"""Posts of the past: what was found in them, what came out, and what is known to be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.labels import LOW_QUALITY, RUMOUR
from models.scorer import Post, Score
from service.catalogue.words import says_allowed
from service.decide import DEFAULT, RULE_LABELS
from service.decision.record import Recorded
from service.score.evidence import DebunkMatch, Hit, Suggestion

Kinds = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """A post with what was found in it, enough to decide again.

    `flags` and `truth` (0 or 1) are by short label; `post` is None where the text was not kept;
    `policy` and `release` are the names of what decided.
    """

    id: str | None
    at: datetime | None
    channel: str | None
    post: Post | None
    suggestion: Suggestion
    flags: frozenset[str]
    score: Score
    policy: str = DEFAULT
    release: str = ""
    hits: tuple[Hit, ...] = ()
    debunks: tuple[DebunkMatch, ...] = ()
    truth: Mapping[str, int] = field(default_factory=dict)


def from_record(recorded: Recorded, kinds: Kinds, truth: Mapping[str, int]) -> Past:
    """Return a recorded decision as a post of the past.

    `kinds` has the kind of each word list. Hits of lists that are gone count as review words, as
    allowed ones where the record says so or the post passed: else it would flip by itself.
    """
    result = recorded.result
    labels = {_short(label["label"]): label for label in result["labels"]}
    return Past(
        id=recorded.id,
        at=recorded.created_at,
        channel=recorded.channel,
        post=None if recorded.text is None else Post(recorded.text, recorded.title or ""),
        suggestion=recorded.suggestion,
        flags=frozenset(name for name, label in labels.items() if label["flagged"]),
        score=Score(
            {
                name: float(label["score"])
                for name, label in labels.items()
                if name not in RULE_LABELS
            },
            result["scores"].get(LOW_QUALITY),
        ),
        policy=recorded.versions.policy,
        release=recorded.versions.release,
        hits=tuple(_hits(recorded, kinds)),
        debunks=tuple(_debunks(result)),
        truth=truth,
    )


def _hits(recorded: Recorded, kinds: Kinds) -> list[Hit]:
    return [
        Hit(
            source=reason["source"],
            code=reason["code"],
            field=reason["field"],
            start=reason["start"],
            end=reason["end"],
            text=reason["text"],
            read_as=reason["read_as"],
            kind=_kind(reason, recorded, kinds) if reason["source"] == "word" else None,
            label=_label(reason["code"]),
            weight=reason["weight"],
        )
        for reason in recorded.result.get("reasons", ())
        if reason["source"] in ("word", "rule")
    ]


def _kind(reason: Mapping[str, Any], recorded: Recorded, kinds: Kinds) -> Any:
    name = reason["code"].removeprefix("word.")
    if name in kinds:
        return kinds[name]
    allowed = recorded.suggestion == "pass" or says_allowed(name, reason["note"])
    return "allow" if allowed else "review"


def _label(code: str) -> str | None:
    label = code.removeprefix("rule.").partition(".")[0]
    return label if label in RULE_LABELS else None


def _debunks(result: Mapping[str, Any]) -> list[DebunkMatch]:
    # Reasons of debunks stand in the order of the debunks and say which were only quoted.
    codes = [one["code"] for one in result.get("reasons", ()) if one["source"] == "debunk"]
    debunks = result.get("debunks", ())
    quoted = [code == "debunk.quoted" for code in codes]
    quoted += [False] * (len(debunks) - len(quoted))
    return [
        DebunkMatch(
            id=debunk["id"],
            claim=debunk["claim"],
            verdict=debunk["verdict"],
            summary=debunk["summary"],
            url=debunk["url"],
            as_of=debunk["as_of"],
            match=debunk["match"],
            similarity=debunk["similarity"],
            quoted=quotes,
        )
        for debunk, quotes in zip(debunks, quoted, strict=False)
    ]


def _short(public: str) -> str:
    return public if public == RUMOUR else public.removeprefix(f"{LOW_QUALITY}.")
