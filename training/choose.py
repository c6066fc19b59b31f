"""Choosing thresholds: each is born from a sentence and measured on other posts."""

from __future__ import annotations

import numpy as np

from models.thresholds import Bounds, Threshold
from training.metrics import interval_of, resample
from training.truth import Judged

LEAST_PRECISION = 0.8
SENTENCE = f"best F1 at precision >= {LEAST_PRECISION:.2f}"
FALLBACK = "best F1"


def best_f1(posts: Judged, least_precision: float) -> float | None:
    """Return the threshold of the best F1 among those with enough precision, None without one."""
    order = np.argsort(-posts.scores, kind="stable")
    scores, truth = posts.scores[order], posts.truth[order]
    hits = np.cumsum(truth)
    flagged = np.arange(1, len(truth) + 1)
    precision = hits / flagged
    f1 = 2 * hits / (flagged + max(posts.positives, 1))
    last_of_score = np.append(scores[1:] != scores[:-1], True)
    allowed = last_of_score & (precision >= least_precision) & (hits > 0)
    if not allowed.any():
        return None
    place = int(np.argmax(np.where(allowed, f1, -1.0)))
    return _between(scores, place)


def _between(scores: np.ndarray[tuple[int], np.dtype[np.float64]], place: int) -> float:
    """Return a value between a score and the next lower one, as short as parts the two."""
    score = float(scores[place])
    below = float(scores[place + 1]) if place + 1 < len(scores) else 0.0
    for digits in range(4, 16):
        value = round((score + below) / 2, digits)
        if below < value <= score:
            return value
    return score


def choose_threshold(chosen_on: Judged, measured_on: Judged) -> Threshold:
    """Choose on one set of posts and measure precision and recall on another."""
    value, sentence = best_f1(chosen_on, LEAST_PRECISION), SENTENCE
    if value is None:
        value, sentence = best_f1(chosen_on, 0.0), FALLBACK
    value = 0.5 if value is None else min(max(value, 0.0001), 0.9999)
    precision, recall = _precision_recall(measured_on, value)
    samples = [
        _precision_recall(
            Judged(
                measured_on.truth[rows],
                measured_on.scores[rows],
                measured_on.sources[rows],
                measured_on.clusters[rows],
            ),
            value,
        )
        for rows in resample(measured_on.clusters, np.random.default_rng(0))
    ]
    return Threshold(
        value=value,
        sentence=sentence,
        precision=precision,
        recall=recall,
        precision_interval=_bounds([p for p, _ in samples]),
        recall_interval=_bounds([r for _, r in samples]),
        positives=measured_on.positives,
        negatives=measured_on.negatives,
    )


def _precision_recall(posts: Judged, threshold: float) -> tuple[float | None, float | None]:
    flagged = posts.scores >= threshold
    hits = int((flagged & (posts.truth == 1)).sum())
    precision = hits / int(flagged.sum()) if flagged.any() else None
    return precision, hits / posts.positives if posts.positives else None


def _bounds(values: list[float | None]) -> Bounds | None:
    known = [value for value in values if value is not None]
    return interval_of(np.asarray(known)) if known else None
