"""Deciding the past again: flips, load, precision and recall."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.operating_points import wilson
from service.decide import ActivePolicy, LabelRule
from service.whatif.study import rate, study
from tests.service.whatif.posts import FLOOD, past

POLICY = ActivePolicy("p", "1", {"rumour": LabelRule(0.5), "flood": LabelRule(0.5)})


def test_flips_are_counted_and_shown() -> None:
    posts = [
        past(0.9, minutes=0),  # pass -> review
        past(0.1, minutes=1, then="review", flags=("rumour",)),  # review -> pass
        past(0.9, minutes=2, then="review", flags=("rumour",)),
        past(0.1, minutes=3),
        past(0.1, minutes=4, hits=(FLOOD,)),  # pass -> review, by a rule
    ]
    done = study(posts, lambda _: POLICY)
    assert dict(done.then) == {"pass": 3, "review": 2}
    assert dict(done.now) == {"pass": 2, "review": 3}
    flips = {flip: [one.id for one in found] for flip, found in done.flips.items()}
    assert flips == {("pass", "review"): ["d0", "d4"], ("review", "pass"): ["d1"]}
    rumour, flood = done.labels
    assert (rumour.then, rumour.now) == (2, 2)
    assert ([one.id for one in rumour.newly], [one.id for one in rumour.no_longer]) == (
        ["d0"],
        ["d1"],
    )
    assert (flood.then, flood.now) == (0, 1)


def test_each_post_has_the_policy_of_its_channel_and_time() -> None:
    strict = replace(POLICY, labels={"rumour": LabelRule(0.1, "block")})
    posts = [past(0.2, channel="chat"), past(0.2, minutes=1)]
    done = study(posts, lambda one: strict if one.channel == "chat" else POLICY)
    assert dict(done.now) == {"block": 1, "pass": 1}


def test_load_with_its_interval() -> None:
    posts = [past(0.9 if n % 4 == 0 else 0.1, minutes=3 * n) for n in range(41)]
    done = study(posts, lambda _: POLICY)
    assert done.load_now.posts_per_hour == pytest.approx(20)
    assert done.load_now.reviews.part == 11
    assert done.load_now.per_hour == pytest.approx(20 * 11 / 41)
    low, high = wilson(11, 41) or (0, 0)
    assert done.load_now.interval == (pytest.approx(20 * low), pytest.approx(20 * high))
    assert done.load_now.busiest == 5  # minutes 0, 12, 24, 36, 48
    assert done.load_then.per_hour == 0


def test_a_rate_is_not_guessed() -> None:
    assert rate([]) is None
    assert rate([past(0.1)]) is None
    assert rate([past(0.1), past(0.1, minutes=9)]) is None
    assert rate([past(0.1), past(0.1, minutes=30), past(0.1, minutes=60)]) == pytest.approx(2)
    nobody = [replace(past(0.1), at=None)] * 3
    assert rate(nobody) is None
    done = study(nobody, lambda _: POLICY)
    assert (done.load_now.per_hour, done.load_now.interval, done.load_now.busiest) == (None,) * 3
    assert study(nobody, lambda _: POLICY, 100).load_now.per_hour == 0


def test_precision_and_recall_on_what_is_known() -> None:
    posts = [
        past(0.9, truth={"rumour": 1}),
        past(0.9, truth={"rumour": 0}, flags=("rumour",), then="review"),
        past(0.1, truth={"rumour": 1}, flags=("rumour",), then="review"),
        past(0.1, truth={"rumour": 0}),
        past(0.9),
        past(0.9, truth={"abuse": 1}),
    ]
    rumour = study(posts, lambda _: POLICY).labels[0]
    assert (rumour.positives, rumour.negatives) == (2, 2)
    assert (rumour.truth_now.precision.value, rumour.truth_now.recall.value) == (0.5, 0.5)
    assert rumour.truth_then.precision.value == 0.5
    assert rumour.truth_now.recall.interval == wilson(1, 2)
    flood = study(posts, lambda _: POLICY).labels[1]
    assert (flood.truth_now.precision.value, flood.truth_now.recall.value) == (None, None)
