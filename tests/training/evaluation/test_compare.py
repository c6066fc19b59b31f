"""Comparing two models on the same posts."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.compare import compare
from training.truth import Judged

COUNT = 400


def posts(scores: np.ndarray, truth: np.ndarray) -> Judged:
    return Judged(truth, scores, np.full(len(truth), "s"), np.arange(len(truth)))


@pytest.fixture(scope="module")
def made() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, good scores and poor scores."""
    rng = np.random.default_rng(1)
    truth = (rng.random(COUNT) < 0.4).astype(np.int8)
    good, poor = (truth * gap + rng.normal(size=COUNT) for gap in (2.0, 0.7))
    return truth, good, poor


def test_verdicts(made: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    truth, good, poor = made
    better, worse = compare(posts(good, truth), poor), compare(posts(poor, truth), good)
    assert better is not None
    assert worse is not None
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert better.difference == pytest.approx(better.ours - better.theirs)
    assert better.interval[0] < better.difference < better.interval[1]
    assert better.interval == pytest.approx((-worse.interval[1], -worse.interval[0]))
    assert (better.positives, better.negatives) == (truth.sum(), COUNT - truth.sum())


def test_the_same_scores_are_level(made: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    truth, good, _ = made
    found = compare(posts(good, truth), good * 3 + 1)  # only the order counts
    assert found is not None
    assert (found.difference, found.interval, found.verdict) == (0.0, (0.0, 0.0), "level")


def test_a_small_lead_on_few_posts_is_too_little_evidence() -> None:
    rng = np.random.default_rng(2)
    truth = np.tile([0, 1], 15).astype(np.int8)
    ours = truth + rng.normal(size=30)
    found = compare(posts(ours, truth), ours + rng.normal(size=30) * 0.3)
    assert found is not None
    assert found.difference != 0
    assert found.verdict == "too little evidence"
    roomy = compare(posts(ours, truth), ours + rng.normal(size=30) * 0.3, margin=0.5)
    assert roomy is not None
    assert roomy.verdict == "level"


@pytest.mark.parametrize("value", [0, 1])
def test_one_class_alone_is_not_compared(value: int) -> None:
    truth = np.full(5, value, dtype=np.int8)
    assert compare(posts(np.arange(5.0), truth), np.arange(5.0)) is None
