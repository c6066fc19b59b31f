"""Fitting the calibration on held-out clusters: Platt scaling per label and for low quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from data.schema import Example
from models.calibration import (
    Calibration,
    Platt,
    Pooling,
    default_pooling,
    logit,
    noisy_or,
)
from models.labels import LOW_QUALITY, RUMOUR
from models.windows import WindowSettings
from training.truth import UNKNOWN, Floats, class_weights, label_matrix, low_quality_truth

LOW_QUALITY_PRIOR = 0.3
ENOUGH = 20
# Weak, so that a label with a dozen posts is not scaled to certainty.
REGULARISATION = 1.0


def fit_platt(logits: Floats, truth: NDArray[np.float32], prior: float | None = None) -> Platt:
    """Fit p = sigmoid(a * logit + b) on posts with known truth; `prior` reweights the classes.

    A fit that would turn the order of scores around gives the identity.
    """
    known = truth >= 0
    target = truth[known].astype(int)
    if not 0 < target.sum() < len(target):
        return Platt()
    weights = class_weights(target, prior)
    model = LogisticRegression(C=REGULARISATION).fit(logits[known, None], target, weights)
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Platt(slope, offset) if slope > 0 else Platt()


def choose_pooling(
    windows: Sequence[NDArray[np.float32]], examples: Sequence[Example], names: Sequence[str]
) -> dict[str, Pooling]:
    """Choose max or mean over windows by AUC on posts of several windows, where enough are known.

    `windows` holds the raw logits [windows, labels] of each post.
    """
    long = [place for place, logits in enumerate(windows) if len(logits) > 1]
    truth = label_matrix([examples[place] for place in long], names)
    pooling: dict[str, Pooling] = {name: default_pooling(name) for name in names}
    for column, name in enumerate(names):
        known = [row for row in range(len(long)) if truth[row, column] >= 0]
        target = truth[known, column]
        if min(target.sum(), (target == 0).sum()) < ENOUGH:
            continue
        parts = [windows[long[row]][:, column] for row in known]
        by_max = roc_auc_score(target, [part.max() for part in parts])
        by_mean = roc_auc_score(target, [part.mean() for part in parts])
        pooling[name] = "max" if by_max > by_mean else "mean"
    return pooling


def fit_calibration(
    logits: NDArray[np.float32],
    examples: Sequence[Example],
    names: Sequence[str],
    pooling: dict[str, Pooling],
    windows: WindowSettings,
) -> Calibration:
    """Fit the calibration of a release on pooled logits [n, labels] of held-out posts."""
    truth = label_matrix(examples, names)
    wide = logits.astype(np.float64)
    labels = {
        name: fit_platt(wide[:, column], truth[:, column]) for column, name in enumerate(names)
    }
    priors = {name: _prior(truth[:, column]) for column, name in enumerate(names)}
    calibration = Calibration(labels=labels, priors=priors, window_pooling=pooling, windows=windows)
    subs = [column for column, name in enumerate(names) if name != RUMOUR]
    if not subs:
        return calibration
    any_holds = logit(noisy_or(calibration.probabilities(logits, names)[:, subs]))
    whole = low_quality_truth(examples, names)
    return replace(
        calibration,
        low_quality_scaling=fit_platt(any_holds, whole, LOW_QUALITY_PRIOR),
        priors=priors | {LOW_QUALITY: LOW_QUALITY_PRIOR},
    )


def _prior(truth: NDArray[np.float32]) -> float:
    known = truth[truth > UNKNOWN]
    return round(float(known.mean()), 4) if len(known) else 0.0
