from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.debunks import VERDICTS, Debunk
from service.debunk.claimreview import Unreadable, documents, read_review, to_review, verdict_of
from service.debunk.importing import plan
from service.debunk.snapshot import Entry
from tests.service.debunk.made import CLAIM, OTHER, debunk, entry

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
CLAIMS = WORDS.map(lambda text: f"说法一二{text}")
DEBUNKS = st.builds(
    dict,
    claim=CLAIMS,
    variants=st.lists(CLAIMS, max_size=3),
    verdict=st.sampled_from(VERDICTS),
    summary=WORDS,
    sources=st.lists(
        st.builds(
            dict,
            name=WORDS.filter(bool),
            url=st.sampled_from([None, "https://www.piyao.org.cn/", "http://a.cn/b?c=d#e"]),
        ),
        max_size=3,
    ),
    as_of=st.sampled_from([None, "2026-11-22"]),
    expires=st.sampled_from([None, "2027-12-31", "2027-12-31T08:00:00+08:00"]),
    topic=st.sampled_from([None, "food", "健康"]),
).map(Debunk.model_validate)


@given(DEBUNKS, st.sampled_from(["food-crab", "01KAMZ6E1BD0VYJ7T0D8Q3M4XN", "a.b_c-d"]))
def test_what_was_exported_comes_back_as_it_was(content: Debunk, identity: str) -> None:
    review = to_review(Entry(identity, content, "1"))
    named, fields = read_review(review)
    assert named == identity
    assert Debunk.model_validate(fields) == content


def test_an_export_is_a_claim_review_others_understand() -> None:
    source = {"name": "科普中国", "url": "https://www.kepuchina.cn/"}
    review = to_review(entry(summary="没有依据。", sources=[source], as_of="2026-11-22"))
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"] == CLAIM
    assert review["reviewRating"] == {
        "@type": "Rating",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "不实",
    }
    assert review["author"] == {"@type": "Organization", "name": "科普中国"}
    assert (review["url"], review["datePublished"]) == (source["url"], "2026-11-22")


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"alternateName": "False"}, "false"),
        ({"alternateName": "Pants on Fire"}, "false"),
        ({"alternateName": "Mostly False"}, "misleading"),
        ({"alternateName": "Half True"}, "misleading"),
        ({"alternateName": "Untrue"}, "false"),
        ({"alternateName": "TRUE"}, "true"),
        ({"alternateName": "谣言"}, "false"),
        ({"alternateName": "不属实"}, "false"),
        ({"alternateName": "部分属实"}, "misleading"),
        ({"alternateName": "存疑"}, "unproven"),
        ({"alternateName": "未证实"}, "unproven"),
        ({"alternateName": "属实"}, "true"),
        ({"alternateName": "Inaccurate"}, "false"),
        ({"alternateName": "Not accurate"}, "false"),
        ({"alternateName": "Not verified"}, "unproven"),
        ({"alternateName": "Not entirely true"}, "misleading"),
        ({"alternateName": "Accurate"}, "true"),
        ({"alternateName": "不真实"}, "false"),
        ({"alternateName": "不是真的"}, "false"),
        ({"alternateName": "不完全属实"}, "misleading"),
        ({"alternateName": "未被证实"}, "unproven"),
        ({"alternateName": "已证实"}, "true"),
        ({"alternateName": "不是谣言"}, "true"),
        ({"ratingValue": "虚假"}, "false"),
        ({"ratingValue": 1}, "false"),
        ({"ratingValue": "5"}, "true"),
        ({"ratingValue": 3}, "unproven"),
        ({"ratingValue": 0, "worstRating": 0, "bestRating": 1}, "false"),
        ({"ratingValue": 100, "worstRating": 0, "bestRating": 100}, "true"),
        ([{"ratingValue": 2}], "misleading"),
        ({"alternateName": "四星", "ratingValue": 1}, "false"),
    ],
)
def test_ratings_become_verdicts(rating: object, expected: str) -> None:
    assert verdict_of(rating) == expected


@pytest.mark.parametrize(
    "rating",
    [
        None,
        "false",
        [],
        {},
        {"ratingValue": 9},
        {"ratingValue": "nan"},
        {"ratingValue": 1, "bestRating": 1},
        {"ratingValue": True, "bestRating": "x"},
        {"ratingValue": "1e999"},
    ],
)
def test_a_rating_that_says_nothing_is_refused(rating: object) -> None:
    with pytest.raises(Unreadable) as caught:
        verdict_of(rating)
    assert caught.value.pointer == "/reviewRating"


def test_one_a_list_or_a_graph() -> None:
    one = {"@type": "ClaimReview"}
    assert documents(one) == documents([one]) == documents({"@graph": [one]}) == [one]
    assert documents({"@graph": one}) == [one]
    assert documents([]) == []


def foreign(claim: str = CLAIM, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": claim,
        "reviewRating": {"ratingValue": 1},
    } | more


def test_a_foreign_review_gives_what_it_has() -> None:
    author = {"@type": "Organization", "name": "某辟谣平台"}
    review = foreign(
        datePublished="2026-11-20T08:00:00Z", author=author, url="https://example.cn/1"
    )
    named, fields = read_review(review)
    content = Debunk.model_validate(fields)
    assert named is None
    assert (content.as_of, content.verdict) == ("2026-11-20", "false")
    assert [(s.name, s.url) for s in content.sources] == [("某辟谣平台", "https://example.cn/1")]


def test_each_review_has_an_outcome() -> None:
    known = entry("crab", summary="已有的解释。", variants=["柿子螃蟹同吃等于砒霜"])
    shown = to_review(known)
    new, outcomes = plan(
        {"crab": known},
        [
            shown,
            foreign(),
            foreign(OTHER),
            foreign(OTHER),
            foreign("短"),
            {"@type": "Article"},
            7,
            foreign(reviewRating={}),
            shown | {"claimReviewed": "换了说法的那一条"},
        ],
    )
    assert [one.status for one in outcomes] == [
        "unchanged",
        "unchanged",
        "added",
        "unchanged",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "updated",
    ]
    pointers = [one.faults[0].pointer for one in outcomes if one.status == "invalid"]
    assert pointers == ["/claimReviewed", "/@type", "", "/reviewRating"]
    assert new["crab"].claim == "换了说法的那一条"
    assert {content.claim for content in new.values()} == {OTHER, "换了说法的那一条"}


def test_a_foreign_review_changes_the_verdict_and_keeps_the_rest() -> None:
    known = Entry("crab", debunk(summary="已有的解释。", variants=["柿子螃蟹同吃等于砒霜"]), "1")
    new, (outcome,) = plan({"crab": known}, [foreign(reviewRating={"alternateName": "误导"})])
    assert (outcome.status, outcome.id) == ("updated", "crab")
    assert new["crab"].verdict == "misleading"
    assert new["crab"].summary == "已有的解释。"
    assert new["crab"].variants == ("柿子螃蟹同吃等于砒霜",)


def test_an_address_that_is_a_call_is_no_id() -> None:
    review = to_review(entry()) | {"@id": "urn:mingjian:debunk:search"}
    assert read_review(review)[0] is None
    assert read_review(review | {"@id": "https://example.cn/9"})[0] is None
