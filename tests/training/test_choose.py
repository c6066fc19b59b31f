"""Thresholds: the best F1 that is precise enough, measured on other posts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.choose import FALLBACK, SENTENCE, best_f1, choose_threshold
from training.truth import Judged


def of(truth: list[int], scores: list[float]) -> Judged:
    count = len(truth)
    return Judged(
        np.asarray(truth, dtype=np.int8),
        np.asarray(scores, dtype=np.float64),
        np.asarray(["s"] * count, dtype=np.str_),
        np.arange(count, dtype=np.int64),
    )


BY_HAND = of([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])


def test_the_best_f1_by_hand() -> None:
    # Flagging 1..6 posts: precision 1, 1, 2/3, 3/4, 3/5, 1/2; F1 1/2, 4/5, 4/6, 6/7, 6/8, 6/9.
    assert best_f1(BY_HAND, 0.8) == pytest.approx(0.75)
    assert best_f1(BY_HAND, 0.7) == pytest.approx(0.55)
    assert best_f1(BY_HAND, 0.0) == pytest.approx(0.55)


def test_without_enough_precision_there_is_none() -> None:
    posts = of([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6])
    assert best_f1(posts, 0.8) is None
    assert best_f1(posts, 0.0) == pytest.approx(0.3)
    assert best_f1(of([0, 0], [0.9, 0.1]), 0.0) is None


def test_equal_scores_are_flagged_together() -> None:
    assert best_f1(of([1, 1, 0, 0, 1], [0.7, 0.5, 0.5, 0.5, 0.5]), 0.8) == pytest.approx(0.6)
    assert best_f1(of([1, 0], [0.5, 0.5]), 0.8) is None


def test_of_two_thresholds_as_good_the_higher_is_taken() -> None:
    posts = of([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6])  # F1 is 2/3 for one post and for all four
    assert best_f1(posts, 0.0) == pytest.approx(0.85)


SCORES = st.sampled_from([*np.linspace(0.1, 0.9, 9), 0.00011, 0.00012, 0.99991, 0.99992, 0.500001])


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 1), SCORES), min_size=1, max_size=25),
    st.sampled_from([0.0, 0.5, 0.8, 1.0]),
)
def test_no_other_threshold_is_better(posts: list[tuple[int, float]], least: float) -> None:
    truth, scores = [t for t, _ in posts], [float(s) for _, s in posts]
    found = best_f1(of(truth, scores), least)
    best = max(
        (f1 for value in scores for precision, f1 in [_at(truth, scores, value)]
         if precision >= least and f1 > 0),
        default=None,
    )  # fmt: skip
    assert (found is None) == (best is None)
    if found is not None and best is not None:
        precision, f1 = _at(truth, scores, found)
        assert f1 == pytest.approx(best)
        assert precision >= least


def _at(truth: list[int], scores: list[float], value: float) -> tuple[float, float]:
    flagged = [t for t, score in zip(truth, scores, strict=True) if score >= value]
    hits = sum(flagged)
    return hits / max(len(flagged), 1), 2 * hits / max(len(flagged) + sum(truth), 1)


def test_a_threshold_is_measured_on_other_posts() -> None:
    found = choose_threshold(BY_HAND, of([1, 1, 1, 0, 0], [0.9, 0.7, 0.8, 0.76, 0.1]))
    assert (found.value, found.sentence) == (0.75, SENTENCE)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert (found.positives, found.negatives) == (3, 2)
    assert found.precision_interval is not None
    assert found.precision_interval[0] < 2 / 3 < found.precision_interval[1]
    assert found.recall_interval is not None
    assert found.recall_interval[0] < 2 / 3 < found.recall_interval[1]


def test_the_fallback_says_so() -> None:
    found = choose_threshold(of([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6]), BY_HAND)
    assert (found.value, found.sentence) == (pytest.approx(0.3), FALLBACK)


def test_nothing_to_measure_on_promises_nothing() -> None:
    found = choose_threshold(BY_HAND, of([], []))
    assert (found.precision, found.recall) == (None, None)
    assert (found.precision_interval, found.recall_interval) == (None, None)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_a_threshold_is_never_certain(score: float) -> None:
    found = choose_threshold(of([1, 1, 1], [score] * 3), BY_HAND)
    assert 0 < found.value < 1


def test_without_a_positive_the_middle_is_taken() -> None:
    assert choose_threshold(of([0, 0], [0.9, 0.1]), BY_HAND).value == 0.5
