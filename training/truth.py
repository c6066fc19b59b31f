"""What is known of posts, as matrices: labels of the release and low quality as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.schema import Example
from data.sources import source_of
from models.labels import RUMOUR

UNKNOWN = -1.0
Floats = NDArray[np.float64]


def label_matrix(examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.float32]:
    """Return labels [n, labels]: 0, 1, or -1 where the source does not know."""
    matrix = np.full((len(examples), len(names)), UNKNOWN, dtype=np.float32)
    for row, example in enumerate(examples):
        for column, name in enumerate(names):
            if name in example.labels:
                matrix[row, column] = example.labels[name]
    return matrix


def low_quality_truth(examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.float32]:
    """Return [n]: 1 where a sub-label holds, 0 for ordinary posts, -1 where nothing is known.

    A post is ordinary when all its known sub-labels are 0 and either its source holds ordinary
    posts or it knows every sub-label.
    """
    subs = [name for name in names if name != RUMOUR]
    truth = np.full(len(examples), UNKNOWN, dtype=np.float32)
    for row, example in enumerate(examples):
        known = [example.labels[name] for name in subs if name in example.labels]
        if any(known):
            truth[row] = 1
        elif known and (source_of(example.source).ordinary or len(known) == len(subs)):
            truth[row] = 0
    return truth


@dataclass(frozen=True, slots=True)
class Judged:
    """One label over held-out posts: truth 0/1, score, source and cluster of each, all [n].

    `prior` is the share of positives that the scores assume, None where it is that of the posts.
    """

    truth: NDArray[np.int8]
    scores: Floats
    sources: NDArray[np.str_]
    clusters: NDArray[np.int64]
    prior: float | None = None

    @property
    def positives(self) -> int:
        """Posts on which the label holds."""
        return int(self.truth.sum())

    @property
    def negatives(self) -> int:
        """Posts on which it does not."""
        return len(self.truth) - self.positives

    def where(self, rows: NDArray[np.bool_]) -> Judged:
        """Return the part of the posts that `rows` [n] selects."""
        return replace(
            self,
            truth=self.truth[rows],
            scores=self.scores[rows],
            sources=self.sources[rows],
            clusters=self.clusters[rows],
        )

    def of_source(self, source: str) -> Judged:
        """Return the posts of one source."""
        return self.where(self.sources == source)


def clusters_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Return the cluster [n] of each post; without one a post is a cluster of its own."""
    return np.asarray(
        [
            example.cluster if example.cluster is not None else -1 - place
            for place, example in enumerate(examples)
        ],
        dtype=np.int64,
    )


def class_weights(truth: NDArray[Any], prior: float | None) -> Floats:
    """Return weights [n] under which positives have the share `prior` of truth [n] of 0 and 1.

    All are 1 where no share is asked for or a class is missing.
    """
    share = float(truth.mean()) if len(truth) else 0.0
    if prior is None or not 0 < share < 1:
        return np.ones(len(truth))
    return np.where(truth == 1, prior / share, (1 - prior) / (1 - share))


def judged(examples: Sequence[Example], truth: NDArray[np.float32], scores: Floats) -> Judged:
    """Keep the posts whose truth [n] is known; without clusters each post is one of its own."""
    known = truth >= 0
    return Judged(
        truth[known].astype(np.int8),
        np.asarray(scores, dtype=np.float64)[known],
        np.asarray([example.source for example in examples])[known],
        clusters_of(examples)[known],
    )
