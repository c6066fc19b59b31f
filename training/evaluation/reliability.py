"""Do the probabilities mean what they say? The points of a reliability diagram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.operating_points import wilson
from training.metrics import Interval
from training.truth import Judged, class_weights

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Posts of about one score: their mean score, the share of them that holds, its interval."""

    score: float
    share: float
    interval: Interval
    posts: int


def reliability(posts: Judged) -> list[Bin]:
    """Return the bins of ten equal widths that hold any post (Guo et al. 2017), lowest first.

    Posts are weighted to the share of positives that the scores assume.
    The intervals are Wilson's: a bin holds too few clusters to resample.
    """
    weights = class_weights(posts.truth, posts.prior)
    bins = np.minimum((posts.scores * BINS).astype(int), BINS - 1)
    found = []
    for place in np.unique(bins):
        inside = bins == place
        total, drawn = int(inside.sum()), weights[inside]
        score = float(np.average(posts.scores[inside], weights=drawn))
        share = float(np.average(posts.truth[inside], weights=drawn))
        interval = wilson(share * total, total)
        assert interval is not None
        found.append(Bin(score, share, interval, total))
    return found
