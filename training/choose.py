"""Choosing the thresholds of a release: each is born from a sentence, measured on other posts."""

from __future__ import annotations

from models.operating_points import Curve, Unreachable, Wish
from models.thresholds import Threshold
from training.truth import Judged

LEAST_PRECISION = 0.8
SENTENCE = f"best F1 at precision >= {LEAST_PRECISION:.2f}"
FALLBACK = "best F1"
MIDDLE = 0.5


def choose_threshold(chosen_on: Judged, measured_on: Judged) -> Threshold:
    """Choose on one set of posts and measure precision and recall on another."""
    value, sentence = _choose(_curve(chosen_on))
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


def _choose(curve: Curve) -> tuple[float, str]:
    for wish, sentence in ((Wish("f1", "precision", LEAST_PRECISION), SENTENCE),
                           (Wish("f1"), FALLBACK)):  # fmt: skip
        try:
            return curve.choose(wish), sentence
        except Unreachable:
            continue
    return MIDDLE, FALLBACK


def _curve(posts: Judged) -> Curve:
    return Curve(posts.truth, posts.scores, posts.clusters)
