"""Comparing two scorers on the same posts by a paired bootstrap over clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from training.metrics import Interval, interval_of, resample
from training.truth import Floats, Judged


@dataclass(frozen=True, slots=True)
class Comparison:
    """AUC of both on the same posts and the difference (ours minus theirs) with its interval."""

    ours: float
    theirs: float
    difference: float
    interval: Interval
    positives: int
    negatives: int

    @property
    def verdict(self) -> str:
        """`better` or `worse` where the interval leaves out zero, else `level`."""
        if self.interval[0] > 0:
            return "better"
        return "worse" if self.interval[1] < 0 else "level"


def compare(ours: Judged, theirs: Floats) -> Comparison | None:
    """Compare our scores with `theirs` [n] on the same posts; None without both classes."""
    if not 0 < ours.positives < len(ours.truth):
        return None
    differences = []
    for rows in resample(ours.clusters, np.random.default_rng(0)):
        truth = ours.truth[rows]
        if 0 < truth.sum() < len(truth):
            pair = roc_auc_score(truth, ours.scores[rows]), roc_auc_score(truth, theirs[rows])
            differences.append(float(pair[0]) - float(pair[1]))
    first = float(roc_auc_score(ours.truth, ours.scores))
    second = float(roc_auc_score(ours.truth, theirs))
    return Comparison(
        first,
        second,
        first - second,
        interval_of(np.asarray(differences)),
        ours.positives,
        ours.negatives,
    )
