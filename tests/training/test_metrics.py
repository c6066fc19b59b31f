"""Metrics against numbers worked out by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from training.metrics import auc, bootstrap, calibration_error, interval_of, measure, resample
from training.truth import Judged


def of(truth: list[int], scores: list[float], clusters: list[int] | None = None) -> Judged:
    return Judged(
        np.asarray(truth, dtype=np.int8),
        np.asarray(scores, dtype=np.float64),
        np.asarray(["s"] * len(truth), dtype=np.str_),
        np.asarray(clusters or range(len(truth)), dtype=np.int64),
    )


def test_metrics_by_hand() -> None:
    found = measure(of([1, 1, 0, 0, 1], [0.9, 0.4, 0.6, 0.1, 0.8]), 0.5)
    assert (found.positives, found.negatives) == (3, 2)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found.false_alarms == pytest.approx(1 / 2)
    assert found.auc == pytest.approx(5 / 6)
    assert found.average_precision == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert found.calibration_error == pytest.approx((0.1 + 0.6 + 0.6 + 0.1 + 0.2) / 5)
    assert found.auc_interval is None


@pytest.mark.parametrize("seed", range(5))
def test_metrics_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = (rng.random(300) < 0.3).astype(int)
    scores = np.round(np.clip(truth * 0.3 + rng.random(300) * 0.7, 0, 1), 2)  # with ties
    found = measure(of(truth.tolist(), scores.tolist()), 0.5)
    flagged = scores >= 0.5
    assert found.auc == pytest.approx(roc_auc_score(truth, scores))
    assert found.average_precision == pytest.approx(average_precision_score(truth, scores))
    assert found.precision == pytest.approx(precision_score(truth, flagged))
    assert found.recall == pytest.approx(recall_score(truth, flagged))
    assert found.f1 == pytest.approx(f1_score(truth, flagged))
    assert found.macro_f1 == pytest.approx(f1_score(truth, flagged, average="macro"))
    assert found.false_alarms == pytest.approx(flagged[truth == 0].mean())


def test_a_score_at_the_threshold_is_flagged() -> None:
    assert measure(of([1, 0], [0.5, 0.4999]), 0.5).recall == 1.0


@pytest.mark.parametrize(
    ("truth", "none"),
    [
        ([0, 0], {"auc", "average_precision", "precision", "recall", "f1", "macro_f1"}),
        ([1, 1], {"auc", "average_precision", "macro_f1", "false_alarms"}),
    ],
)
def test_what_needs_a_missing_class_is_none(truth: list[int], none: set[str]) -> None:
    found = measure(of(truth, [0.9, 0.2]), 0.5, interval=True)
    names = set(found.__slots__) - {"auc_interval"}
    assert {name for name in names if getattr(found, name) is None} == none
    assert found.auc_interval is None


def test_nothing_flagged_has_no_precision() -> None:
    found = measure(of([1, 0], [0.2, 0.1]), 0.5)
    assert (found.precision, found.recall, found.f1) == (None, 0.0, 0.0)


def test_perfect_scores_have_no_calibration_error() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random(40_000)
    truth = (rng.random(40_000) < scores).astype(int)
    assert calibration_error(of(truth.tolist(), scores.tolist())) < 0.015
    assert calibration_error(of([0, 1], [0.0, 1.0])) == 0.0


def test_wrong_scores_have_all_of_it() -> None:
    assert calibration_error(of([0, 0, 0], [0.9, 0.9, 0.9])) == pytest.approx(0.9)
    assert calibration_error(of([1, 0], [0.0, 1.0])) == pytest.approx(1.0)
    assert calibration_error(of([1, 0, 1, 0], [0.8, 0.8, 0.2, 0.2])) == pytest.approx(0.3)
    assert calibration_error(of([], [])) == 0.0


def test_samples_are_drawn_by_whole_clusters() -> None:
    clusters = np.asarray([3, 1, 3, 2, 3, 1])
    members = {1: [1, 5], 2: [3], 3: [0, 2, 4]}
    samples = resample(clusters, np.random.default_rng(1), times=50)
    assert len(samples) == 50
    for rows in samples:
        drawn = np.bincount(rows, minlength=6)
        times = {number: drawn[rows_of[0]] for number, rows_of in members.items()}
        assert all(drawn[row] == times[n] for n, rows_of in members.items() for row in rows_of)
        assert sum(times.values()) == 3
    assert len({tuple(sorted(rows)) for rows in samples}) > 3


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    truth = np.tile([0, 1], 100)
    noise = np.repeat(rng.normal(size=20), 10)
    scores = (1 / (1 + np.exp(-(truth * 0.5 + noise)))).tolist()
    apart = bootstrap(of(truth.tolist(), scores), auc)
    together = bootstrap(of(truth.tolist(), scores, np.repeat(range(20), 10).tolist()), auc)
    assert apart is not None
    assert together is not None
    assert apart[0] < auc(of(truth.tolist(), scores)) < apart[1]
    assert apart != together


def test_an_interval_is_the_same_every_time() -> None:
    posts = of([0, 1] * 30, np.linspace(0, 1, 60).tolist())
    assert measure(posts, 0.5, interval=True) == measure(posts, 0.5, interval=True)


def test_one_class_has_no_interval() -> None:
    assert bootstrap(of([1, 1], [0.1, 0.2]), auc) is None


def test_an_interval_leaves_out_five_in_a_hundred() -> None:
    assert interval_of(np.arange(0, 1001) / 1000) == pytest.approx((0.025, 0.975))
