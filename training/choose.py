"""Choosing the thresholds of a release: each is born from a sentence, measured on other posts.

Where a label is easy within its own corpora many thresholds do equally well there, and the greatest
F1 lies high among them by chance, where posts of other platforms never come. So the lowest is taken
of those that are as good as the best, unless ordinary posts call for a higher one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.sources import source_of
from models.labels import RUMOUR
from models.operating_points import HIGHEST, LOWEST, Curve
from models.thresholds import Threshold
from training.truth import Floats, Judged

LEAST_PRECISION = 0.8
AS_GOOD = 0.01
ALARMS = 0.003
# Below this a flag would contradict its own score.
LEAST = 0.1
# Precision is not bought with nearly all recall: this share of the best F1 has to be left.
WORTH = 0.8
ENOUGH_ORDINARY = 200
SENTENCE = (
    f"most recall with F1 within {AS_GOOD} of the best at precision >= {LEAST_PRECISION:.2f}, and "
    f"false alarms <= {ALARMS} in every source of ordinary posts where that is to be had"
)
FALLBACK = (
    f"most recall with F1 within {AS_GOOD} of the best, and false alarms <= {ALARMS} in every "
    "source of ordinary posts where that is to be had"
)
# What ordinary posts may suffer at most, also where their source does not know the label: a title
# that nobody called clickbait is not to be flagged as such. Headlines and reviews are edited or
# about things; where people talk among themselves more is borderline.
MOST_ALARMS, STRICT = 0.04, {"news_title": 0.01, "review": 0.01}
QUIET = (
    f"most recall with false alarms <= {MOST_ALARMS} on ordinary posts of every source, and "
    "<= 0.01 on headlines and reviews for low quality"
)
MIDDLE = 0.5


def choose_threshold(chosen_on: Judged, measured_on: Judged, quiet: float = 0.0) -> Threshold:
    """Choose on one set of posts and measure precision and recall on another.

    It is never below `quiet`, whatever recall that costs (see `quiet_at`).
    """
    value, sentence = _choose(_curve(chosen_on), quiet_from(chosen_on))
    if value < quiet:
        value, sentence = min(quiet, HIGHEST), QUIET
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
            found = max(found, quiet_at(posts.scores[rows]))
    return found


def most_alarms(label: str, register: str) -> float:
    """Return the share of the ordinary posts of a register that a label may flag."""
    return MOST_ALARMS if label == RUMOUR else STRICT.get(register, MOST_ALARMS)


def quiet_at(scores: Floats, alarms: float = ALARMS) -> float:
    """Return the least threshold that flags this share of posts with these scores [n], n > 0."""
    return float(np.quantile(scores, 1 - alarms))


def _choose(curve: Curve, quiet: float) -> tuple[float, str]:
    steps = curve.steps
    found = steps["hits"] > 0
    if not found.any():
        return MIDDLE, FALLBACK
    precise = found & (steps["precision"] >= LEAST_PRECISION)
    best = steps["f1"][found].max()
    worth = bool(precise.any()) and steps["f1"][precise].max() >= WORTH * best
    lowest, highest = _as_good(curve, precise if worth else found)
    value = max(lowest, min(max(quiet, LEAST), highest))
    return min(max(value, LOWEST), HIGHEST), SENTENCE if worth else FALLBACK


def _as_good(curve: Curve, allowed: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the lowest and the highest threshold among `allowed` steps nearly as good as best."""
    steps = curve.steps
    good = allowed & (steps["f1"] >= steps["f1"][allowed].max() - AS_GOOD)
    scores = steps["score"][good]
    lowest = float(scores.min())
    below = curve.scores[curve.scores < lowest]
    middle = (lowest + float(below.max())) / 2 if len(below) else lowest / 2
    return round(middle, 4) or middle, float(scores.max())


def _curve(posts: Judged) -> Curve:
    return Curve(posts.truth, posts.scores, posts.clusters)
