"""Metrics of one label, with intervals from resampling whole clusters.

Everything is computed for weighted posts, many resamples at once: a bootstrap sample is a weight a
post, how often it was drawn (Efron 1979), the same for every post of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.operating_points import wilson
from training.truth import Floats, Judged, class_weights

RESAMPLES = 200
BINS = 15
# Weights that are held in memory at once.
CELLS = 2_000_000
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a label is worth on some posts; None where it needs a class that is not there.

    Intervals are of 95 %; None where none was asked for or the measure is None.
    """

    positives: int
    negatives: int
    auc: float | None
    average_precision: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    macro_f1: float | None
    false_alarms: float | None
    calibration_error: float
    auc_interval: Interval | None = None
    average_precision_interval: Interval | None = None
    precision_interval: Interval | None = None
    recall_interval: Interval | None = None
    f1_interval: Interval | None = None
    macro_f1_interval: Interval | None = None
    false_alarms_interval: Interval | None = None
    calibration_error_interval: Interval | None = None

    def interval(self, measure: str) -> Interval | None:
        """Return the interval of a measure of MEASURES."""
        found: Interval | None = getattr(self, f"{measure}_interval")
        return found


MEASURES = tuple(
    field.name.removesuffix("_interval")
    for field in fields(Metrics)
    if field.name.endswith("_interval")
)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `posts` posts; the interval is at least as wide as Wilson's, None of no posts."""

    count: int
    posts: int
    share: float | None
    interval: Interval | None


def measure(posts: Judged, threshold: float, *, interval: bool = False) -> Metrics:
    """Measure a label at a threshold; `interval` adds the 95 % intervals."""
    sorted_posts = SortedPosts(posts, threshold)
    found = sorted_posts.measure(np.ones((1, len(posts.truth))))
    values: dict[str, float | None] = {
        name: None if np.isnan(column[0]) else float(column[0]) for name, column in found.items()
    }
    intervals: dict[str, Interval | None] = {}
    if interval:
        drawn = [sorted_posts.measure(weights) for weights in cluster_weights(posts.clusters)]
        for name in MEASURES:
            known = values[name] is not None and len(drawn)
            columns = [part[name] for part in drawn]
            intervals[f"{name}_interval"] = interval_of(np.concatenate(columns)) if known else None
    values["calibration_error"] = values["calibration_error"] or 0.0
    return Metrics(posts.positives, posts.negatives, **values, **intervals)  # type: ignore[arg-type]


class SortedPosts:
    """Posts of one label in the order of their scores, ready for any weights."""

    def __init__(self, posts: Judged, threshold: float) -> None:
        self._order = np.argsort(posts.scores, kind="stable")
        scores = posts.scores[self._order]
        self._scores = scores
        self._truth = posts.truth[self._order].astype(np.float64)
        self._assumed = class_weights(self._truth, posts.prior)
        self._steps = _starts(scores)
        self._bins = _starts(np.minimum(np.floor(scores * BINS), BINS - 1))
        self._first_flag = int(np.searchsorted(scores, threshold))

    def measure(self, weights: Floats) -> dict[str, Floats]:
        """Return every measure [k] under weights [k, n]; NaN where it is not defined.

        AUC is the share of pairs in the right order, ties as half (Mann and Whitney 1947); average
        precision that of scikit-learn; the calibration error is over 15 equal bins (Guo et al.
        2017) of posts weighted to the share of positives that the scores assume.
        """
        if not len(self._scores):
            return {name: np.full(len(weights), np.nan) for name in MEASURES}
        drawn = weights[:, self._order]
        positive, negative = drawn * self._truth, drawn * (1 - self._truth)
        positives, negatives = positive.sum(axis=1), negative.sum(axis=1)
        hits = positive[:, self._first_flag :].sum(axis=1)
        alarms = negative[:, self._first_flag :].sum(axis=1)
        f1 = _share(2 * hits, hits + alarms + positives)
        f1_negative = _share(
            2 * (negatives - alarms), 2 * (negatives - alarms) + positives - hits + alarms
        )
        both, some = (positives > 0) & (negatives > 0), positives > 0
        return {
            "auc": self._auc(positive, negative),
            "average_precision": np.where(both, self._precision(positive, negative), np.nan),
            "precision": np.where(some, _share(hits, hits + alarms), np.nan),
            "recall": _share(hits, positives),
            "f1": np.where(some, f1, np.nan),
            "macro_f1": np.where(both, (f1 + np.nan_to_num(f1_negative)) / 2, np.nan),
            "false_alarms": _share(alarms, negatives),
            "calibration_error": self._calibration_error(drawn),
        }

    def auc(self, weights: Floats) -> Floats:
        """Return the area under the ROC curve [k] under weights [k, n]."""
        drawn = weights[:, self._order]
        return self._auc(drawn * self._truth, drawn * (1 - self._truth))

    def _auc(self, positive: Floats, negative: Floats) -> Floats:
        ups = np.add.reduceat(positive, self._steps, axis=1)
        downs = np.add.reduceat(negative, self._steps, axis=1)
        below = np.cumsum(downs, axis=1) - downs
        pairs = (ups * (below + downs / 2)).sum(axis=1)
        return _share(pairs, ups.sum(axis=1) * downs.sum(axis=1))

    def _precision(self, positive: Floats, negative: Floats) -> Floats:
        ups = np.add.reduceat(positive, self._steps, axis=1)[:, ::-1]
        downs = np.add.reduceat(negative, self._steps, axis=1)[:, ::-1]
        hits = np.cumsum(ups, axis=1)
        at_step = np.nan_to_num(_share(hits, hits + np.cumsum(downs, axis=1)))
        return _share((ups * at_step).sum(axis=1), ups.sum(axis=1))

    def _calibration_error(self, drawn: Floats) -> Floats:
        drawn = drawn * self._assumed
        gaps = np.add.reduceat(drawn * (self._scores - self._truth), self._bins, axis=1)
        return _share(np.abs(gaps).sum(axis=1), drawn.sum(axis=1))


def auc(posts: Judged) -> float:
    """Return the area under the ROC curve; NaN unless both classes are there."""
    return float(SortedPosts(posts, 0.5).auc(np.ones((1, len(posts.truth))))[0])


def share_of(flags: NDArray[np.bool_], clusters: NDArray[np.int64]) -> Share:
    """Return the share of posts that a flag [n] holds for, with its interval over clusters [n].

    Resampling alone would promise certainty where none of a dozen posts is flagged.
    """
    count, total = int(flags.sum()), len(flags)
    plain = wilson(count, total)
    if plain is None:
        return Share(0, 0, None, None)
    drawn = [_share(w @ flags, w.sum(axis=1)) for w in cluster_weights(clusters)]
    low, high = interval_of(np.concatenate(drawn)) or plain
    return Share(count, total, count / total, (min(low, plain[0]), max(high, plain[1])))


def cluster_weights(
    clusters: NDArray[np.int64], times: int = RESAMPLES, seed: int = 0
) -> Iterator[Floats]:
    """Yield bootstrap weights [k, n] until there are `times` rows, drawn by whole clusters [n].

    The same clusters give the same draws, which is what pairs two models on the same posts.
    """
    rng = np.random.default_rng(seed)
    groups, places = np.unique(clusters, return_inverse=True)
    at_once = max(1, CELLS // max(1, len(places)))
    for start in range(0, times if len(groups) else 0, at_once):
        drawn = [
            np.bincount(rng.integers(len(groups), size=len(groups)), minlength=len(groups))
            for _ in range(min(at_once, times - start))
        ]
        yield np.stack(drawn)[:, places].astype(np.float64)


def interval_of(values: Floats) -> Interval | None:
    """Return the 2.5 % and 97.5 % points of bootstrap values, None where all are NaN."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _starts(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where each run of equal values begins."""
    return np.flatnonzero(np.diff(values, prepend=np.nan) != 0)


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
