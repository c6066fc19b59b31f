"""Metrics of one label, with intervals from resampling whole clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from training.truth import Floats, Judged

RESAMPLES = 200
BINS = 15
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a label is worth on some posts; None where it needs a class that is not there."""

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


def measure(posts: Judged, threshold: float, *, interval: bool = False) -> Metrics:
    """Measure a label at a threshold; `interval` adds the 95 % interval of its AUC."""
    flagged = posts.scores >= threshold
    hits = int((flagged & (posts.truth == 1)).sum())
    alarms = int((flagged & (posts.truth == 0)).sum())
    both = 0 < posts.positives < len(posts.truth)
    precision = _share(hits, hits + alarms) if posts.positives else None
    recall = _share(hits, posts.positives)
    f1 = _f1(hits, alarms, posts.positives - hits) if posts.positives else None
    f1_negative = _f1(posts.negatives - alarms, posts.positives - hits, alarms)
    return Metrics(
        positives=posts.positives,
        negatives=posts.negatives,
        auc=auc(posts) if both else None,
        average_precision=(
            float(average_precision_score(posts.truth, posts.scores)) if both else None
        ),
        precision=precision,
        recall=recall,
        f1=f1,
        macro_f1=(f1 + f1_negative) / 2 if f1 is not None and both else None,
        false_alarms=_share(alarms, posts.negatives),
        calibration_error=calibration_error(posts),
        auc_interval=bootstrap(posts, auc) if interval and both else None,
    )


def auc(posts: Judged) -> float:
    """Return the area under the ROC curve; both classes must be there."""
    return float(roc_auc_score(posts.truth, posts.scores))


def calibration_error(posts: Judged) -> float:
    """Return the expected calibration error over 15 equal bins (Guo et al. 2017)."""
    if not len(posts.truth):
        return 0.0
    bins = np.minimum((posts.scores * BINS).astype(int), BINS - 1)
    error = 0.0
    for place in np.unique(bins):
        inside = bins == place
        gap = posts.scores[inside].mean() - posts.truth[inside].mean()
        error += abs(float(gap)) * float(inside.mean())
    return error


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(hits: int, alarms: int, missed: int) -> float:
    return 2 * hits / (2 * hits + alarms + missed) if hits else 0.0


def resample(
    clusters: NDArray[np.int64], rng: np.random.Generator, times: int = RESAMPLES
) -> list[NDArray[np.int64]]:
    """Return `times` bootstrap samples of row positions, drawn by whole clusters."""
    order = np.argsort(clusters, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    samples = []
    for _ in range(times):
        drawn = rng.integers(len(groups), size=len(groups))
        samples.append(np.concatenate([groups[place] for place in drawn]))
    return samples


def bootstrap(posts: Judged, statistic: Callable[[Judged], float]) -> Interval | None:
    """Return the 95 % interval of a statistic that needs both classes; None if it has none."""
    values = []
    for rows in resample(posts.clusters, np.random.default_rng(0)):
        sample = Judged(
            posts.truth[rows], posts.scores[rows], posts.sources[rows], posts.clusters[rows]
        )
        if 0 < sample.positives < len(sample.truth):
            values.append(statistic(sample))
    return interval_of(np.asarray(values)) if values else None


def interval_of(values: Floats) -> Interval:
    """Return the 2.5 % and 97.5 % points of bootstrap values."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
