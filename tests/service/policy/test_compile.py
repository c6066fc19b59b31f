"""What a document means for a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.release import Release
from service.community_rules.service import HouseRules
from service.decide import OFF
from service.policy.compile import Compiled, check_policy, compile_policy
from service.policy.errors import InvalidPolicy
from service.policy.reading import read_policy
from service.release.thresholds import ReleaseThresholds

RULES = HouseRules.shipped()


@pytest.fixture(scope="module")
def thresholds(tiny_release: Path) -> ReleaseThresholds:
    return ReleaseThresholds(Release.load(tiny_release))


def compiled(text: str, thresholds: ReleaseThresholds) -> Compiled:
    return compile_policy("p", read_policy(text.encode()), thresholds, RULES)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_what_is_left_out_is_the_releases(thresholds: ReleaseThresholds) -> None:
    policy = compiled("{}", thresholds).at()
    assert list(policy.labels) == [
        *thresholds.release.labels,
        "flood",
        "engagement_bait",
    ]
    assert set(policy.thresholds.values()) == {0.5}
    assert {rule.suggestion for rule in policy.labels.values()} == {"review"}
    assert policy.rule_of("rumour") == "R2"
    assert all(rule.rule for rule in policy.labels.values())
    assert (policy.words.rule, policy.debunks.rule) == ("R11", "R2")
    assert (policy.low_quality, policy.store, policy.words.lists) == (None, "text", None)


def test_sentences_and_numbers(thresholds: ReleaseThresholds) -> None:
    # The tiny release's curve: 1 at 0.9, 0 at 0.6, 1 at 0.4, 0 at 0.1.
    text = """
labels:
  rumour: {threshold: recall at precision >= 0.9, suggestion: block, rule: R2.1}
  low_quality.fraud: {threshold: 0.123456789}
  gambling: {threshold: best F1}
  porn: {enabled: false}
  abuse: {threshold: release, block_at: recall at precision >= 1}
"""
    policy = compiled(text, thresholds).at()
    assert policy.labels["rumour"].threshold == 0.75
    assert (policy.labels["rumour"].suggestion, policy.rule_of("rumour")) == ("block", "R2.1")
    assert policy.labels["fraud"].threshold == 0.123457
    assert policy.labels["gambling"].threshold == 0.25
    assert (policy.labels["porn"].enabled, policy.labels["porn"].threshold) == (False, OFF)
    assert (policy.labels["abuse"].threshold, policy.labels["abuse"].block_at) == (0.5, 0.75)


def test_channels_and_schedules_are_laid_over_the_base(thresholds: ReleaseThresholds) -> None:
    text = """
labels:
  rumour: {threshold: 0.6, suggestion: block, rule: R2.1}
words: {block: block, review: pass}
channels:
  chat:
    labels: {rumour: {threshold: 0.7}}
    store: none
schedules:
  - {name: night, from: 22:00, to: 07:00, labels: {low_quality.rumour_: {}}}
""".replace("low_quality.rumour_: {}", "rumour: {suggestion: review}")
    policy = compiled(text, thresholds)
    assert policy.faults == ()
    noon, night = policy.at(shanghai("2026-11-22T12:00")), policy.at(shanghai("2026-11-22T23:00"))
    rule = noon.labels["rumour"]
    assert (rule.threshold, rule.suggestion, noon.schedule) == (0.6, "block", None)
    chat = noon.on("chat")
    assert (chat.labels["rumour"].threshold, chat.rule_of("rumour")) == (0.7, "R2.1")
    assert (chat.store, chat.words.block, noon.store) == ("none", "block", "text")
    assert (night.labels["rumour"].suggestion, night.schedule) == ("review", "night")
    both = night.on("chat").labels["rumour"]
    assert (both.threshold, both.suggestion) == (0.7, "review")
    assert [(one.channel, one.schedule) for one in policy.variants] == [
        (None, None),
        ("chat", None),
        (None, "night"),
        ("chat", "night"),
    ]


def test_of_two_schedules_the_first_holds(thresholds: ReleaseThresholds) -> None:
    text = """
schedules:
  - {name: a, from: 22:00, to: 23:00}
  - {name: b, from: 21:00, to: 24:00}
"""
    policy = compiled(text, thresholds)
    for clock, name in (("21:30", "b"), ("22:30", "a"), ("23:30", "b"), ("20:00", None)):
        assert policy.at(shanghai(f"2026-11-22T{clock}")).schedule == name


@pytest.mark.parametrize(
    ("text", "pointer", "said"),
    [
        ("labels: {scam: {}}", "/labels/scam", "no label of the release"),
        ("labels: {fraud: {}, low_quality.fraud: {}}", "/labels/low_quality.fraud", "same label"),
        ("labels: {rumour: {rule: R99}}", "/labels/rumour/rule", "R99 is no community rule"),
        ("labels: {flood: {threshold: 0.5}}", "/labels/flood/threshold", "rules find this label"),
        (
            "labels: {rumour: {threshold: precision at recall >= 1}}\nlow_quality: {}",
            "/low_quality",
            "needs a threshold",
        ),
        (
            "low_quality: {threshold: best F1}",
            "/low_quality/threshold",
            "hold no positive",
        ),
        ("words: {rule: R12.9}", "/words/rule", "no community rule"),
        (
            "schedules: [{name: a, from: '1:00', to: '2:00'}, {name: a, from: '3:00', to: '4:00'}]",
            "/schedules/1/name",
            "alike",
        ),
        ("name: q", "/name", "called p"),
        (
            "labels: {rumour: {threshold: 0.5, block_at: 0.4}}",
            "/labels/rumour/block_at",
            "below the threshold 0.5",
        ),
        ("labels: {flood: {block_at: 0.9}}", "/labels/flood/block_at", "rules find this label"),
        (
            "channels: {chat: {labels: {rumour: {threshold: false alarms <= 0, rule: R77}}}}",
            "/channels/chat/labels/rumour/rule",
            "R77",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_line(
    thresholds: ReleaseThresholds, text: str, pointer: str, said: str
) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        check_policy("p", read_policy(text.encode()), thresholds, RULES)
    (fault,) = caught.value.errors
    assert fault.pointer == pointer
    assert said in fault.detail
    assert "(line " in fault.detail


def test_a_release_that_cannot_keep_a_sentence_does_not_disarm_a_policy(
    release_copy: Path,
) -> None:
    from models.jsonfile import write_json
    from models.manifest import write_manifest

    curve = {"scores": [0.9, 0.8], "labels": [0, 1], "clusters": [1, 2]}
    write_json(release_copy / "curves.json", {"rumour": curve})
    write_manifest(release_copy, "other")
    other = ReleaseThresholds(Release.load(release_copy))
    policy = compiled("labels: {rumour: {threshold: recall at precision >= 0.9}}", other)
    assert policy.at().labels["rumour"].threshold == 0.5  # the release's own
    (fault,) = policy.faults
    assert "best to be had is precision 0.5000" in fault.detail


def test_lists(thresholds: ReleaseThresholds) -> None:
    assert compiled("words: {lists: all}", thresholds).at().words.lists is None
    assert compiled("words: {lists: []}", thresholds).at().words.lists == frozenset()
    some = compiled("words: {lists: [甲, b]}", thresholds).at().words.lists
    assert some == frozenset(("甲", "b"))
