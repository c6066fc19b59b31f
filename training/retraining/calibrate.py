"""Calibrating a candidate: what the champion promised stays, unless own posts say otherwise.

A few hundred posts of one forum must not move the probabilities of labels they hardly know. So a
label keeps the champion's threshold, and a scaling that makes its score mean what the champion's
means, until the user brings `evidence` held-out posts of both classes; a new label is fitted on
its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from data.schema import Example
from models.calibration import Calibration, Platt, logit, noisy_or
from models.labels import LOW_QUALITY, RUMOUR
from training.calibrate import LOW_QUALITY_PRIOR, REGULARISATION, fit_platt
from training.evaluation.scored import Scored
from training.truth import Floats, label_matrix, low_quality_truth

LEAST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, and the labels that were fitted on the posts at hand."""

    calibration: Calibration
    fitted: tuple[str, ...]


def fit_candidate(
    logits: NDArray[np.float32],
    examples: Sequence[Example],
    names: Sequence[str],
    champion: Calibration,
    theirs: Scored,
    evidence: int,
    own_sources: Collection[str],
) -> Fitted:
    """Fit a candidate on pooled logits [n, labels] of calibration posts.

    `champion` holds the scalings of the labels it judges; `theirs` is what it says of the same
    posts. Only posts of `own_sources` are evidence that a label the champion knows means something
    else here: what is rehearsed tells of everywhere.
    """
    truth = label_matrix(examples, names)
    own = np.asarray([example.source in own_sources for example in examples], dtype=bool)
    new = [name for name in names if name not in champion.labels]
    counts = {name: _least(truth[own, column]) for column, name in enumerate(names)}
    fitted = [name for name in names if name in new or counts[name] >= evidence]
    columns = {name: names.index(name) for name in fitted}
    wide = logits.astype(np.float64)
    scalings = {
        name: anchored(wide[:, names.index(name)], theirs.scores_of(name))
        for name in champion.labels
    }
    scalings |= {name: fit_platt(wide[:, at], truth[:, at]) for name, at in columns.items()}
    shares = {name: _share(truth[:, at]) for name, at in columns.items()}
    calibration = replace(
        champion,
        labels={name: scalings[name] or champion.labels[name] for name in names},
        priors={**champion.priors, **shares},
        window_pooling={name: champion.pooling(name) for name in names},
    )
    judged_new = truth[:, [columns[name] for name in new if name != RUMOUR]]
    if judged_new.size:
        calibration = _with_low_quality(
            calibration,
            wide,
            examples,
            names,
            theirs.low_quality,
            judged_new,
        )
    return Fitted(calibration, tuple(fitted))


def anchored(logits: Floats, probabilities: Floats) -> Platt | None:
    """Return the scaling of logits [n] that has mean and spread of what the champion says [n].

    Both are compared as logits. Training moves all scores of a label a little; taken back, the
    champion's threshold means the same again. None where either does not vary.
    """
    wanted = logit(probabilities)
    if min(float(logits.std()), float(wanted.std())) < LEAST_SPREAD:
        return None
    slope = float(wanted.std() / logits.std())
    return Platt(slope, float(wanted.mean() - slope * logits.mean()))


def _with_low_quality(
    calibration: Calibration,
    logits: Floats,
    examples: Sequence[Example],
    names: Sequence[str],
    before: Floats | None,
    new: NDArray[np.float32],
) -> Calibration:
    """Fit `low_quality` anew, since the noisy-or has one part more.

    Where a new label holds it must say yes; elsewhere what the champion said of the post. A
    champion without it leaves only what the posts themselves know.
    """
    subs = [column for column, name in enumerate(names) if name != RUMOUR]
    any_holds = logit(noisy_or(calibration.probabilities(logits, names)[:, subs]))
    if before is None:
        scaling = fit_platt(any_holds, low_quality_truth(examples, names), LOW_QUALITY_PRIOR)
    else:
        targets = np.where((new == 1).any(axis=1), 1.0, before)
        scaling = _fit_soft(any_holds, targets) or calibration.low_quality_scaling or Platt()
    priors = {LOW_QUALITY: LOW_QUALITY_PRIOR, **calibration.priors}
    return replace(calibration, low_quality_scaling=scaling, priors=priors)


def _fit_soft(logits: Floats, targets: Floats) -> Platt | None:
    """Fit p = sigmoid(a * logit + b) to targets between 0 and 1, None where it would turn round.

    A post counts as both classes, each by its share, which is the same likelihood.
    """
    rows = np.concatenate([logits, logits])[:, None]
    classes = np.repeat([1, 0], len(logits))
    weights = np.concatenate([targets, 1 - targets])
    model = LogisticRegression(C=REGULARISATION).fit(rows, classes, weights)
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Platt(slope, offset) if slope > 0 else None


def _least(truth: NDArray[np.float32]) -> int:
    """Return how many posts of the rarer class are known."""
    return int(min((truth == 1).sum(), (truth == 0).sum()))


def _share(truth: NDArray[np.float32]) -> float:
    known = truth[truth >= 0]
    return round(float(known.mean()), 4) if len(known) else 0.0
