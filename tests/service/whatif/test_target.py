"""Asking backwards: the lowest thresholds that keep to the reviews there may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.release import Release
from models.scorer import Score
from service.policy.compile import Compiled
from service.policy.reading import Draft, read_policy
from service.policy.service import Policies
from service.whatif.counting import ReviewCounter
from service.whatif.errors import UnreachableTarget
from service.whatif.past import Past
from service.whatif.schemas import WhatifRequest
from service.whatif.service import Material, answer_whatif
from service.whatif.study import study
from service.whatif.target import reach, shifted
from tests.service.whatif.posts import ALLOWED, BLOCKED, FLOOD, past


@pytest.fixture(scope="module")
def policies(tiny_release: Path) -> Policies:
    return Policies.of_files(Release.load(tiny_release))


def compiled(policies: Policies, text: str) -> Compiled:
    return policies.check("p", read_policy(text.encode()))


def test_every_review_threshold_moves_alike(policies: Policies) -> None:
    text = """
labels:
  rumour: {threshold: 0.5, rule: R2}
  fraud: {threshold: 0.5, suggestion: block}
  porn: {enabled: false}
  abuse: {threshold: 0.5, block_at: 0.6}
low_quality: {threshold: 0.9}
words: {block: block}
channels: {chat: {labels: {rumour: {threshold: 0.2}, gambling: {rule: R5}}, store: none}}
schedules: [{name: n, from: "1:00", to: "2:00", labels: {ad_spam: {threshold: 0.8}}}]
"""
    document = shifted(compiled(policies, text), 1.0).document
    labels = {name: part.threshold for name, part in document.labels.items()}
    assert labels["rumour"] == pytest.approx(0.731059)  # sigmoid(1)
    assert labels["low_quality.clickbait"] == pytest.approx(0.731059)  # the release's own 0.5
    assert labels["low_quality.fraud"] == 0.5
    assert labels["low_quality.porn"] is None
    assert labels["low_quality.abuse"] == 0.6  # what is blocked stays flagged
    assert document.labels["rumour"].rule == "R2"
    assert document.low_quality is not None
    assert document.low_quality.threshold == pytest.approx(0.96073)
    chat = document.channels["chat"]
    assert chat.labels["rumour"].threshold == pytest.approx(0.40461)
    assert chat.labels["low_quality.gambling"].threshold is None
    assert chat.store == "none"
    night = document.schedules[0].labels["low_quality.ad_spam"].threshold
    assert night == pytest.approx(0.915776)
    assert document.words.block == "block"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.floats(0.001, 0.999), min_size=4, max_size=40),
    st.floats(0.5, 60),
    st.sampled_from(["{}", "labels: {rumour: {threshold: 0.9, block_at: 0.95}}"]),
)
def test_the_target_is_kept_and_used(
    policies: Policies, scores: list[float], limit: float, text: str
) -> None:
    posts = [past(score, minutes=5 * n) for n, score in enumerate(scores)]

    def compile_draft(draft: Draft) -> Compiled:
        return policies.check("p", draft)

    counter = ReviewCounter(posts, compiled(policies, text))

    def reviews(candidate: Compiled) -> float:
        return counter.count(candidate) / len(posts) * 12.0

    found, shift = reach(compiled(policies, text), limit, compile_draft, reviews)
    assert reviews(found) <= limit
    # A little lower and there would be more, or nothing is left to flag.
    lower = compile_draft(shifted(compiled(policies, text), shift - 0.01))
    assert reviews(lower) > limit or shift == -4.0 or reviews(lower) == reviews(found)


def test_what_rules_ask_for_cannot_be_moved(policies: Policies) -> None:
    posts = [past(0.9, minutes=10 * n, hits=(FLOOD,)) for n in range(10)]
    request = WhatifRequest.model_validate({"policy": "default", "target": {"reviews_per_hour": 1}})
    material = Material(posts, policies.thresholds.release)
    with pytest.raises(UnreachableTarget, match=r"there would be 6\.0 reviews an hour"):
        answer_whatif(request, material, policies)


def test_without_a_rate_there_is_no_target(policies: Policies) -> None:
    request = WhatifRequest.model_validate({"target": {"reviews_per_hour": 1}})
    with pytest.raises(UnreachableTarget, match="--posts-per-hour"):
        answer_whatif(request, Material([past(0.9)], policies.thresholds.release), policies)


def test_the_answer_holds_a_policy_that_can_be_kept(policies: Policies) -> None:
    posts = [past(n / 50, minutes=2 * n) for n in range(1, 50)]
    request = WhatifRequest.model_validate(
        {"policy": "comments-strict", "target": {"reviews_per_hour": 6}}
    )
    answer = answer_whatif(request, Material(posts, policies.thresholds.release), policies)
    assert answer.target is not None
    assert 0 < answer.target.reviews_per_hour <= 6
    assert answer.load.now.per_hour == pytest.approx(answer.target.reviews_per_hour, abs=0.01)
    again = policies.check("kept", read_policy(answer.target.yaml.encode()))
    done = study(posts, lambda one: again.at(one.at), answer.load.posts_per_hour)
    assert done.load_now.per_hour == pytest.approx(answer.load.now.per_hour)


LABELS = ("rumour", "abuse", "fraud")
PAST = st.builds(
    lambda scores, minutes, channel, hits, overall: past(
        0.0,
        minutes=minutes,
        channel=channel,
        hits=hits,
        score=Score(dict(zip(LABELS, scores, strict=True)), overall),
    ),
    st.tuples(*[st.floats(0, 1)] * 3),
    st.integers(0, 2000),
    st.sampled_from([None, "chat", "sms"]),
    st.sampled_from([(), (FLOOD,), (ALLOWED,), (BLOCKED,), (BLOCKED, ALLOWED), (FLOOD, ALLOWED)]),
    st.none() | st.floats(0, 1),
)
VARIED = """
labels:
  rumour: {threshold: 0.5, block_at: 0.9}
  fraud: {threshold: 0.7, suggestion: block}
  flood: {suggestion: SUGGESTION}
low_quality: {threshold: 0.8, block_at: 0.95}
words: {block: block, allow: ALLOW}
channels:
  chat: {labels: {abuse: {enabled: false}, rumour: {threshold: 0.3}}, words: {block: pass}}
schedules: [{name: n, from: "19:00", to: "3:00", labels: {rumour: {suggestion: pass}}}]
"""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(PAST, max_size=12),
    st.sampled_from(["pass", "review", "block"]),
    st.sampled_from(["covers", "excuses"]),
    st.floats(-3, 3),
)
def test_counting_agrees_with_deciding(
    policies: Policies, posts: list[Past], suggestion: str, allow: str, shift: float
) -> None:
    text = VARIED.replace("SUGGESTION", suggestion).replace("ALLOW", allow)
    base = compiled(policies, text)
    for candidate in (base, policies.check("p", shifted(base, shift))):
        decided = study(posts, lambda one, by=candidate: by.at(one.at).on(one.channel))  # type: ignore[misc]
        assert ReviewCounter(posts, base).count(candidate) == decided.now["review"]
