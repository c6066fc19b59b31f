"""From scores and evidence to flags, grounds and the suggestion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scorer import Score
from service.decide import (
    OFF,
    STRENGTH,
    ActivePolicy,
    DebunkRule,
    LabelRule,
    WordRule,
    decide,
    stronger,
)
from service.score.evidence import DebunkMatch, Hit

POLICY = ActivePolicy(
    "default",
    "1",
    {
        "rumour": LabelRule(0.8, rule="R2"),
        "abuse": LabelRule(0.123457, rule="R1"),
        "flood": LabelRule(0.5, rule="R8"),
    },
)
QUIET = Score({"rumour": 0.0, "abuse": 0.0}, 0.0)


def word(kind: str, start: int = 0, end: int = 2, name: str = "自定") -> Hit:
    return Hit("word", f"word.{name}", "text", start, end, "词", "词", kind=kind)  # type: ignore[arg-type]


def claim(**changes: object) -> DebunkMatch:
    known = DebunkMatch("d1", "说法", "false", "摘要", None, None, "confirmed", 0.9)
    return replace(known, **changes)  # type: ignore[arg-type]


FLOOD = Hit("rule", "rule.flood", "text", 0, 2, "顶", "顶", label="flood")
CONTACT = Hit("rule", "rule.contact", "text", 0, 2, "微", "微")


@pytest.mark.parametrize(
    ("rumour", "abuse", "flags", "suggestion"),
    [
        (0.1, 0.1, [False, False], "pass"),
        (0.8, 0.1, [True, False], "review"),
        (0.7999999, 0.0, [True, False], "review"),  # answered as 0.8
        (0.799999, 0.0, [False, False], "pass"),
        (0.0, 0.1234567, [False, True], "review"),
        (1.0, 1.0, [True, True], "review"),
    ],
)
def test_flags(rumour: float, abuse: float, flags: list[bool], suggestion: str) -> None:
    decision = decide(Score({"rumour": rumour, "abuse": abuse}, None), POLICY)
    assert [label.flagged for label in decision.labels][:2] == flags
    assert decision.suggestion == suggestion


def test_rule_labels_score_0_or_1() -> None:
    assert decide(QUIET, POLICY).labels[2].score == 0.0
    decision = decide(QUIET, POLICY, [FLOOD, CONTACT])
    assert (decision.labels[2].score, decision.labels[2].flagged) == (1.0, True)
    assert [(ground.code, ground.rule) for ground in decision.grounds] == [("rule.flood", "R8")]
    assert decision.hits == (FLOOD, CONTACT)  # contact only informs


def test_the_strongest_ground_wins_and_comes_first() -> None:
    labels = {**POLICY.labels, "abuse": LabelRule(0.1, "block", "R1")}
    decision = decide(Score({"rumour": 0.9, "abuse": 0.9}, None), replace(POLICY, labels=labels))
    assert decision.suggestion == "block"
    assert [ground.code for ground in decision.grounds] == ["model.abuse", "model.rumour"]


@pytest.mark.parametrize(
    ("score", "suggestion"), [(0.49, "pass"), (0.5, "review"), (0.94, "review"), (0.95, "block")]
)
def test_a_second_threshold_blocks(score: float, suggestion: str) -> None:
    policy = replace(POLICY, labels={"rumour": LabelRule(0.5, block_at=0.95)})
    assert decide(Score({"rumour": score}, None), policy).suggestion == suggestion


def test_a_flag_may_only_be_told() -> None:
    labels = {"rumour": LabelRule(0.8, "pass")}
    decision = decide(Score({"rumour": 0.9}, None), replace(POLICY, labels=labels))
    assert decision.labels[0].flagged
    assert (decision.suggestion, decision.grounds) == ("pass", ())


@pytest.mark.parametrize("score", [0.0, 0.5, 0.9999999, 1.0])
def test_a_label_that_is_off_is_listed_and_never_flagged(score: float) -> None:
    policy = replace(POLICY, labels={"rumour": LabelRule(OFF, enabled=False)})
    (judged,) = decide(Score({"rumour": score}, None), policy).labels
    assert not judged.flagged
    assert judged.score < judged.threshold  # the contract: flagged is score >= threshold
    assert judged.score == pytest.approx(score, abs=2e-6)
    assert policy.thresholds == {}


def test_low_quality_as_a_whole() -> None:
    policy = replace(POLICY, low_quality=LabelRule(0.7, "block", "R3"))
    assert decide(replace(QUIET, low_quality=0.69), policy).suggestion == "pass"
    decision = decide(replace(QUIET, low_quality=0.7), policy)
    assert decision.suggestion == "block"
    assert decision.grounds[0].code == "model.low_quality"
    assert decide(replace(QUIET, low_quality=None), policy).suggestion == "pass"


@pytest.mark.parametrize(
    ("kinds", "suggestion"),
    [
        (["block"], "block"),
        (["review"], "review"),
        (["review", "block"], "block"),
        (["allow"], "pass"),
    ],
)
def test_words(kinds: list[str], suggestion: str) -> None:
    policy = replace(POLICY, words=WordRule(block="block", rule="R11"))
    hits = [word(kind, 10 * n, 10 * n + 2) for n, kind in enumerate(kinds)]
    decision = decide(QUIET, policy, hits)
    assert decision.suggestion == suggestion
    assert {ground.rule for ground in decision.grounds} <= {"R11"}


@pytest.mark.parametrize(
    ("allowed", "explained"), [((0, 4), True), ((1, 3), True), ((2, 6), False), ((5, 9), False)]
)
def test_an_allowed_word_explains_what_it_covers(allowed: tuple[int, int], explained: bool) -> None:
    hits = [word("block", 1, 3), word("allow", *allowed)]
    decision = decide(QUIET, replace(POLICY, words=WordRule(block="block")), hits)
    assert decision.suggestion == ("pass" if explained else "block")
    assert len(decision.hits) == (1 if explained else 2)


def test_in_another_field_an_allowed_word_explains_nothing() -> None:
    elsewhere = replace(word("allow", 0, 9), field="title")
    assert decide(QUIET, POLICY, [word("block"), elsewhere]).suggestion == "review"


def test_an_allowed_word_silences_the_model_only_where_the_policy_says_so() -> None:
    score = Score({"rumour": 0.9, "abuse": 0.0}, None)
    assert decide(score, POLICY, [word("allow")]).suggestion == "review"
    excusing = replace(POLICY, words=WordRule(allow="excuses"))
    decision = decide(score, excusing, [word("allow")])
    assert decision.suggestion == "pass"
    assert decision.labels[0].flagged  # still told
    assert decide(score, excusing, [word("allow"), word("review", 20, 22)]).suggestion == "review"
    assert decide(score, excusing, [word("allow"), FLOOD]).suggestion == "review"


def test_lists_that_the_policy_does_not_name_are_left_out() -> None:
    policy = replace(POLICY, words=WordRule(lists=frozenset(("别的",))))
    decision = decide(QUIET, policy, [word("block"), FLOOD])
    assert decision.hits == (FLOOD,)
    assert decide(QUIET, policy, [word("block", name="别的")]).suggestion == "review"


@pytest.mark.parametrize(
    ("changes", "suggestion"),
    [
        ({}, "block"),
        ({"verdict": "misleading"}, "block"),
        ({"verdict": "true"}, "pass"),
        ({"verdict": "unproven"}, "pass"),
        ({"match": "suggested"}, "review"),
        ({"quoted": True}, "pass"),
    ],
)
def test_debunks(changes: dict[str, object], suggestion: str) -> None:
    policy = replace(POLICY, debunks=DebunkRule("block", "review", "R2"))
    decision = decide(QUIET, policy, debunks=[claim(**changes)])
    assert decision.suggestion == suggestion
    assert [ground.rule for ground in decision.grounds] == ([] if suggestion == "pass" else ["R2"])


@pytest.mark.parametrize(
    ("changes", "abuse", "suggestion"),
    [
        ({"quoted": True}, 0.0, "pass"),
        ({"quoted": True}, 1.0, "review"),
        ({"quoted": False}, 0.0, "review"),
        ({"quoted": True, "match": "suggested"}, 0.0, "review"),
        ({"quoted": True, "verdict": "true"}, 0.0, "review"),
    ],
)
def test_a_refuted_claim_that_is_surely_quoted_is_no_rumour(
    changes: dict[str, object], abuse: float, suggestion: str
) -> None:
    score = Score({"rumour": 0.99, "abuse": abuse}, 0.5)
    decision = decide(score, POLICY, debunks=[claim(**changes)])
    assert decision.suggestion == suggestion
    assert decision.labels[0].flagged  # told all the same


def test_channels() -> None:
    chat = replace(POLICY, name="chat")
    policy = replace(POLICY, channels={"chat": chat})
    assert policy.on("chat") is chat
    assert policy.on("sms") is policy
    assert policy.on(None) is policy


def test_rules_cited() -> None:
    assert POLICY.rule_of("rumour") == "R2"
    assert POLICY.rule_of("nothing") is None


SUGGESTIONS = st.sampled_from(["pass", "review", "block"])


@given(SUGGESTIONS, SUGGESTIONS, SUGGESTIONS, st.booleans(), st.booleans(), st.booleans())
def test_no_ground_weakens_another(a, b, c, flagged, hit, known) -> None:  # type: ignore[no-untyped-def]
    policy = ActivePolicy(
        "p", "1", {"rumour": LabelRule(0.5, a)}, words=WordRule(review=b), debunks=DebunkRule(c)
    )
    decision = decide(
        Score({"rumour": 0.9 if flagged else 0.1}, None),
        policy,
        [word("review")] if hit else [],
        [claim()] if known else [],
    )
    wanted = [s for s, there in ((a, flagged), (b, hit), (c, known)) if there]
    assert decision.suggestion == max(wanted, key=STRENGTH.__getitem__, default="pass")
    assert all(stronger(decision.suggestion, one) == decision.suggestion for one in wanted)
