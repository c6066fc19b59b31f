"""Replays name every part that differs, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.decision.replay import Judgement, changes
from tests.service.decision.made import VERSIONS, label, made_result

THEN = Judgement("pass", made_result(rumour=0.4, ad_spam=0.1), VERSIONS)
REASON = {
    "code": "word.x",
    "rule": "R2",
    "source": "word",
    "field": "text",
    "start": 0,
    "end": 2,
    "text": "加微",
    "read_as": "加微",
    "weight": 1.0,
}


def now(versions: dict[str, Any] | None = None, **result: Any) -> Judgement:
    suggestion = result.pop("suggestion", "pass")
    return Judgement(suggestion, {**THEN.result, **result}, replace(VERSIONS, **(versions or {})))


def parts(later: Judgement) -> list[str]:
    return [change.part for change in changes(THEN, later)]


def test_nothing_differs() -> None:
    assert parts(now()) == []


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("release", "release"),
        ("fingerprint", "release.fingerprint"),
        ("precision", "precision"),
        ("normaliser", "normaliser"),
        ("calibration", "calibration"),
        ("policy_version", "policy.version"),
        ("words", "words.version"),
        ("rules", "rules.version"),
        ("debunks", "debunks.version"),
    ],
)
def test_every_version_is_named(name: str, part: str) -> None:
    (change,) = changes(THEN, now({name: "other"}))
    assert (change.part, change.then, change.now) == (part, getattr(VERSIONS, name), "other")


def test_noise_of_one_release_is_no_difference() -> None:
    assert parts(now(labels=[label("rumour", 0.404), label("low_quality.ad_spam", 0.1)])) == []


def test_a_flip_within_the_noise_is_a_difference() -> None:
    then = Judgement("pass", made_result(rumour=0.499), VERSIONS)
    later = Judgement("review", made_result(rumour=0.501), VERSIONS)
    assert [c.part for c in changes(then, later)] == ["labels.rumour.flagged", "suggestion"]


def test_the_slightest_difference_of_another_release_is_named() -> None:
    labels = [label("rumour", 0.401), label("low_quality.ad_spam", 0.1)]
    assert parts(now({"fingerprint": "e" * 64}, labels=labels)) == [
        "release.fingerprint",
        "labels.rumour.score",
    ]


def test_thresholds_scores_and_flags_of_each_label() -> None:
    labels = [label("rumour", 0.9, 0.8), label("low_quality.new", 0.1)]
    found = {change.part: (change.then, change.now) for change in changes(THEN, now(labels=labels))}
    assert found == {
        "labels.rumour.score": (0.4, 0.9),
        "labels.rumour.threshold": (0.5, 0.8),
        "labels.rumour.flagged": (False, True),
        "labels.low_quality.ad_spam.score": (0.1, None),
        "labels.low_quality.ad_spam.threshold": (0.5, None),
        "labels.low_quality.ad_spam.flagged": (False, None),
        "labels.low_quality.new.score": (None, 0.1),
        "labels.low_quality.new.threshold": (None, 0.5),
        "labels.low_quality.new.flagged": (None, False),
    }


def test_reasons_debunks_and_the_suggestion() -> None:
    debunk = {"id": "d1", "verdict": "false", "match": "confirmed", "similarity": 0.9}
    later = now(suggestion="block", reasons=[REASON], debunks=[debunk])
    assert parts(later) == ["suggestion", "reasons", "debunks"]
    lighter = Judgement("block", {**later.result, "reasons": [{**REASON, "weight": 0.9}]}, VERSIONS)
    assert changes(later, lighter) == []


def test_the_order_of_reasons_is_no_difference() -> None:
    other = {**REASON, "code": "word.y"}
    then = Judgement("pass", {**THEN.result, "reasons": [REASON, other]}, VERSIONS)
    assert changes(then, now(reasons=[other, REASON])) == []
