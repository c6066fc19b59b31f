"""The worst errors of a release, by id: what to read before believing any figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from training.evaluation.scored import Scored

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Mistake:
    """A post on which a label is wrong at its threshold; `row` is its place among the posts."""

    row: int
    id: str
    source: str
    register: str
    truth: int
    score: float
    threshold: float

    def to_json(self) -> dict[str, object]:
        """Return what names the post, without its place."""
        return {name: value for name, value in asdict(self).items() if name != "row"}


def worst_mistakes(scored: Scored, most: int = SHOWN) -> dict[str, list[Mistake]]:
    """Return by label up to `most` false alarms and as many missed posts, surest mistakes first."""
    found = {}
    for name in scored.judged_labels:
        truth, scores = scored.truth_of(name), scored.scores_of(name)
        flagged = scores >= scored.threshold(name)
        alarms = np.flatnonzero((truth == 0) & flagged)
        missed = np.flatnonzero((truth == 1) & ~flagged)
        alarms = alarms[np.argsort(-scores[alarms], kind="stable")][:most]
        missed = missed[np.argsort(scores[missed], kind="stable")][:most]
        found[name] = _mistakes(scored, name, [*alarms.tolist(), *missed.tolist()])
    return {name: mistakes for name, mistakes in found.items() if mistakes}


def _mistakes(scored: Scored, name: str, rows: Sequence[int]) -> list[Mistake]:
    truth, scores = scored.truth_of(name), scored.scores_of(name)
    return [
        Mistake(
            row=row,
            id=scored.examples[row].id,
            source=scored.examples[row].source,
            register=scored.examples[row].register_,
            truth=int(truth[row]),
            score=float(scores[row]),
            threshold=scored.threshold(name),
        )
        for row in rows
    ]
