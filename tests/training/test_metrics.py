"""Metrics against numbers worked out by hand and against scikit-learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from training.metrics import (
    MEASURES,
    SortedPosts,
    cluster_weights,
    interval_of,
    measure,
    share_of,
)
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


def test_scores_that_assume_a_share_are_held_against_that_share() -> None:
    # Of ten posts scored 0.2 half hold, of the assumed one in five all is as told.
    posts = of([1] * 5 + [0] * 5, [0.2] * 10)
    assert measure(posts, 0.5).calibration_error == pytest.approx(0.3)
    assumed = replace(posts, prior=0.2)
    assert measure(assumed, 0.5).calibration_error == pytest.approx(0, abs=1e-9)
    assert measure(assumed, 0.5).precision == measure(posts, 0.5).precision
    assert measure(assumed.where(assumed.truth == 1), 0.5).calibration_error == pytest.approx(0.8)


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
    assert {name for name in MEASURES if getattr(found, name) is None} == none
    for name in none:
        assert found.interval(name) is None


def test_nothing_flagged_has_no_precision() -> None:
    found = measure(of([1, 0], [0.2, 0.1]), 0.5)
    assert (found.precision, found.recall, found.f1) == (None, 0.0, 0.0)


def calibration_error(posts: Judged) -> float:
    return measure(posts, 0.5).calibration_error


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
    (weights,) = cluster_weights(clusters, times=50)
    assert weights.shape == (50, 6)
    for drawn in weights:
        times = {number: drawn[rows[0]] for number, rows in members.items()}
        assert all(drawn[row] == times[n] for n, rows in members.items() for row in rows)
        assert sum(times.values()) == 3
    assert len({tuple(drawn) for drawn in weights}) > 3


def test_many_posts_are_drawn_in_parts_that_make_one_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters = np.arange(30)
    whole = np.concatenate(list(cluster_weights(clusters)))
    monkeypatch.setattr("training.metrics.CELLS", 100)
    parts = list(cluster_weights(clusters))
    assert len(parts) > 60
    assert (np.concatenate(parts) == whole).all()


def test_weights_are_posts_drawn_again() -> None:
    """Every measure under weights is the plain measure of the posts repeated so often."""
    rng = np.random.default_rng(6)
    truth, scores = rng.integers(2, size=60), np.round(rng.random(60), 1)
    posts = of(truth.tolist(), scores.tolist())
    (weights,) = cluster_weights(posts.clusters, times=5)
    found = SortedPosts(posts, 0.5).measure(weights)
    for row, drawn in enumerate(weights.astype(int)):
        again = of(np.repeat(truth, drawn).tolist(), np.repeat(scores, drawn).tolist())
        plain = measure(again, 0.5)
        for name in MEASURES:
            assert found[name][row] == pytest.approx(getattr(plain, name)), name


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    truth = np.tile([0, 1], 100)
    noise = np.repeat(rng.normal(size=20), 10)
    scores = (1 / (1 + np.exp(-(truth * 0.5 + noise)))).tolist()
    apart = measure(of(truth.tolist(), scores), 0.5, interval=True)
    clusters = np.repeat(range(20), 10).tolist()
    together = measure(of(truth.tolist(), scores, clusters), 0.5, interval=True)
    for name in MEASURES:
        value, interval = getattr(apart, name), apart.interval(name)
        assert interval is not None
        assert interval[0] <= value <= interval[1] or name == "calibration_error"
    assert apart.auc_interval != together.auc_interval


def test_an_interval_is_the_same_every_time() -> None:
    posts = of([0, 1] * 30, np.linspace(0, 1, 60).tolist())
    assert measure(posts, 0.5, interval=True) == measure(posts, 0.5, interval=True)


def test_an_interval_leaves_out_five_in_a_hundred() -> None:
    assert interval_of(np.arange(0, 1001) / 1000) == pytest.approx((0.025, 0.975))
    assert interval_of(np.asarray([0.4, np.nan, 0.4])) == (0.4, 0.4)
    assert interval_of(np.asarray([np.nan])) is None


def test_none_of_few_is_no_certainty() -> None:
    found = share_of(np.zeros(11, dtype=bool), np.arange(11))
    assert (found.count, found.posts, found.share) == (0, 11, 0.0)
    assert found.interval is not None
    assert found.interval[0] == 0
    assert found.interval[1] > 0.2
    assert share_of(np.zeros(0, dtype=bool), np.arange(0)).share is None


def test_clusters_widen_a_share() -> None:
    flags = np.repeat([True, False, False, True], 100)
    alone = share_of(flags, np.arange(400)).interval
    together = share_of(flags, np.repeat(range(4), 100)).interval
    assert alone is not None
    assert together is not None
    assert together[1] - together[0] > 3 * (alone[1] - alone[0])
