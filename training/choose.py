"""Choosing the thresholds of a release: each is born from a sentence, measured on other posts.

Where a label is easy within its own corpora many thresholds do equally well there, and the greatest
F1 lies high among them by chance, where posts of other platforms never come. So the lowest is taken
of those that are as good as the best, unless ordinary posts call for a higher one.
"""

from __future__ import annotations

import numpy as np

from data.sources import source_of
from models.operating_points import HIGHEST, LOWEST, Curve, Unreachable, Wish
from models.thresholds import Threshold
from training.truth import Judged

LEAST_PRECISION = 0.8
AS_GOOD = 0.01
ALARMS = 0.003
# Below this a flag would contradict its own score.
LEAST = 0.1
ENOUGH_ORDINARY = 200
SENTENCE = (
    f"most recall with F1 within {AS_GOOD} of the best at precision >= {LEAST_PRECISION:.2f}, and "
    f"false alarms <= {ALARMS} in every source of ordinary posts where that is to be had"
)
FALLBACK = "best F1"
MIDDLE = 0.5


def choose_threshold(chosen_on: Judged, measured_on: Judged) -> Threshold:
    """Choose on one set of posts and measure precision and recall on another."""
    value, sentence = _choose(_curve(chosen_on), quiet_from(chosen_on))
    point = _curve(measured_on).measure(value)
    return Threshold(
        value=value,
        sentence=sentence,
        precision=point.precision,
        recall=point.recall,
        precision_interval=point.precision_interval,
        recall_interval=point.recall_interval,
        positives=point.positives,
        negatives=point.negatives,
    )


def quiet_from(posts: Judged) -> float:
    """Return the least threshold with few false alarms in every source of ordinary posts.

    It is 0 where no such source has enough posts to tell.
    """
    found = 0.0
    for source in np.unique(posts.sources):
        rows = (posts.sources == source) & (posts.truth == 0)
        if source_of(str(source)).ordinary and rows.sum() >= ENOUGH_ORDINARY:
            found = max(found, float(np.quantile(posts.scores[rows], 1 - ALARMS)))
    return found


def _choose(curve: Curve, quiet: float) -> tuple[float, str]:
    try:
        best = curve.choose(Wish("f1", "precision", LEAST_PRECISION))
    except Unreachable:
        try:
            return curve.choose(Wish("f1")), FALLBACK
        except Unreachable:
            return MIDDLE, FALLBACK
    lowest, highest = _as_good(curve, best)
    return min(max(lowest, min(max(quiet, LEAST), highest), LOWEST), HIGHEST), SENTENCE


def _as_good(curve: Curve, best: float) -> tuple[float, float]:
    """Return the range of thresholds that are precise enough and nearly as good as the best."""
    steps = curve.steps
    precise = steps["precision"] >= LEAST_PRECISION
    good = precise & (steps["f1"] >= steps["f1"][precise].max() - AS_GOOD)
    scores = steps["score"][good]
    lowest = float(scores.min())
    below = curve.scores[curve.scores < lowest]
    middle = (lowest + float(below.max())) / 2 if len(below) else lowest / 2
    return min(round(middle, 4) or middle, best), max(float(scores.max()), best)


def _curve(posts: Judged) -> Curve:
    return Curve(posts.truth, posts.scores, posts.clusters)
