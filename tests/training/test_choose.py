"""Thresholds: as good as the best F1 that is precise enough, measured on other posts."""

from __future__ import annotations

import numpy as np
import pytest

from training.choose import FALLBACK, QUIET, SENTENCE, choose_threshold, most_alarms
from training.truth import Judged


def of(truth: list[int], scores: list[float], source: str = "s") -> Judged:
    count = len(truth)
    return Judged(
        np.asarray(truth, dtype=np.int8),
        np.asarray(scores, dtype=np.float64),
        np.asarray([source] * count, dtype=np.str_),
        np.arange(count, dtype=np.int64),
    )


BY_HAND = of([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])


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


def test_of_thresholds_that_are_equally_good_the_lowest_is_taken() -> None:
    easy = of([1] * 50 + [0] * 50, [0.99] * 49 + [0.6] + [0.01] * 48 + [0.02] * 2)
    assert choose_threshold(easy, easy).value == pytest.approx(0.31)


def test_a_threshold_that_costs_precision_is_not_as_good() -> None:
    truth, scores = [1] * 4 + [0] + [1] * 96 + [0] * 24, [0.9] * 5 + [0.5] * 96 + [0.4] * 24
    found = choose_threshold(of(truth, scores), BY_HAND)
    assert 0.4 < found.value <= 0.5


@pytest.mark.parametrize(("source", "expected"), [("reviews", 0.5), ("elsewhere", 0.175)])
def test_ordinary_posts_call_for_a_higher_one(source: str, expected: float) -> None:
    positives = of([1] * 300, [0.9] * 299 + [0.3])
    quiet = of([0] * 300, [0.05] * 298 + [0.5, 0.5], source)
    both = Judged(
        *(
            np.concatenate([getattr(positives, name), getattr(quiet, name)])
            for name in ("truth", "scores", "sources", "clusters")
        )
    )
    assert choose_threshold(both, BY_HAND).value == pytest.approx(expected)


def test_no_flag_contradicts_its_own_score() -> None:
    easy = of([1] * 200 + [0] * 50, [0.99] * 199 + [0.06] + [0.01] * 50)
    assert choose_threshold(easy, easy).value == pytest.approx(0.1)


def test_precision_is_not_bought_with_nearly_all_recall() -> None:
    noisy = of([1] * 2 + [1, 0] * 50, [0.99, 0.98] + [0.5 - n / 1000 for n in range(100)])
    found = choose_threshold(noisy, noisy)
    assert found.sentence == FALLBACK
    assert found.recall is not None
    assert found.recall > 0.9


def test_other_posts_may_call_for_a_higher_one() -> None:
    easy = of([1] * 50 + [0] * 50, [0.9] * 50 + [0.01] * 50)
    assert choose_threshold(easy, easy, 0.7).value == pytest.approx(0.7)
    assert choose_threshold(easy, easy, 0.95).value == pytest.approx(0.95)


def test_where_none_is_precise_other_posts_still_bound_it() -> None:
    hard = of([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6])
    assert choose_threshold(hard, BY_HAND, 0.85).value == pytest.approx(0.85)


def test_a_threshold_is_never_below_what_ordinary_posts_suffer() -> None:
    found = choose_threshold(BY_HAND, BY_HAND, quiet=0.85)
    assert (found.value, found.sentence) == (0.85, QUIET)
    assert choose_threshold(BY_HAND, BY_HAND, quiet=0.5).value == pytest.approx(0.75)


def test_headlines_suffer_less_from_low_quality() -> None:
    assert most_alarms("clickbait", "news_title") < most_alarms("clickbait", "comment")
    assert most_alarms("rumour", "news_title") == most_alarms("rumour", "comment")
