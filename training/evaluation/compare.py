"""Comparing two models on the same posts by a paired bootstrap over clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from models.labels import LOW_QUALITY
from training.evaluation.scored import Scored
from training.metrics import MEASURES, Interval, SortedPosts, cluster_weights, interval_of
from training.truth import Floats, Judged

# A difference below this is none that anybody would notice.
MARGIN = 0.01
# Scores are kept with six digits, so differences below this are no finding of anybody.
NOTHING = 1e-4
LESS_IS_BETTER = ("false_alarms", "calibration_error")
AUC = "auc"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure of both on the same posts and the difference (ours minus theirs) with its interval.

    `margin` is the difference that is taken for none.
    """

    ours: float
    theirs: float
    difference: float
    interval: Interval
    positives: int
    negatives: int
    measure: str = AUC
    margin: float = MARGIN

    @property
    def verdict(self) -> str:
        """`better` or `worse` where the interval leaves out zero, else `level`.

        `too little evidence` where the interval reaches beyond the margin: it is not known whether
        the two are level.
        """
        sign = -1 if self.measure in LESS_IS_BETTER else 1
        low, high = sorted(sign * bound for bound in self.interval)
        if low > NOTHING:
            return "better"
        if high < -NOTHING:
            return "worse"
        inside = max(-low, high) <= self.margin
        return "level" if inside else "too little evidence"

    def to_json(self) -> dict[str, Any]:
        """Return the figures and the verdict."""
        return asdict(self) | {"verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Flip:
    """A post that one release flags and the other does not; `truth` is None where unknown."""

    id: str
    label: str
    truth: int | None
    ours: float
    theirs: float
    flagged: bool

    @property
    def right(self) -> bool | None:
        """Whether ours is right now; None where the truth is unknown."""
        return None if self.truth is None else self.flagged == bool(self.truth)


@dataclass(frozen=True, slots=True)
class Against:
    """A release held against another one on the `posts` that both have scored.

    `labels`: comparisons by label and measure; `flips`: posts on which a label's flag differs.
    """

    release: str
    fingerprint: str
    posts: int
    labels: dict[str, dict[str, Comparison]]
    flips: list[Flip]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; posts are named by id."""
        labels = {
            name: {measure: found.to_json() for measure, found in compared.items()}
            for name, compared in self.labels.items()
        }
        flipped = [asdict(flip) | {"right": flip.right} for flip in self.flips]
        return asdict(self) | {"labels": labels, "flips": flipped}


def compare(ours: Judged, theirs: Floats, margin: float = MARGIN) -> Comparison | None:
    """Compare the AUC of our scores with that of `theirs` [n]; None without both classes."""
    return compare_measures(ours, theirs, (0.5, 0.5), margin).get(AUC)


def compare_measures(
    ours: Judged, theirs: Floats, thresholds: tuple[float, float], margin: float = MARGIN
) -> dict[str, Comparison]:
    """Compare every measure that is defined for both, each at its own threshold (ours, theirs)."""
    others = replace(ours, scores=theirs)
    both = [SortedPosts(ours, thresholds[0]), SortedPosts(others, thresholds[1])]
    whole = [side.measure(np.ones((1, len(ours.truth)))) for side in both]
    drawn = [[side.measure(weights) for side in both] for weights in cluster_weights(ours.clusters)]
    found = {}
    for name in MEASURES:
        first, second = (float(side[name][0]) for side in whole)
        interval = None
        if drawn:
            interval = interval_of(np.concatenate([mine[name] - his[name] for mine, his in drawn]))
        if np.isnan(first) or np.isnan(second) or interval is None:
            continue
        found[name] = Comparison(
            first, second, first - second, interval, ours.positives, ours.negatives, name, margin
        )
    return found


def compare_releases(ours: Scored, theirs: Scored, margin: float = MARGIN) -> Against:
    """Compare two releases by label and measure on the posts that both have scored.

    Posts are matched by id. A label that one of them does not judge is left out; where the posts
    know one class only, the measures that need both are missing.
    """
    mine, his = align(ours, theirs)
    found = {}
    for name in shared_labels(mine, his):
        posts = mine.of_label(name)
        if len(posts.truth):
            thresholds = (mine.threshold(name), his.threshold(name))
            # Whose labels are more knows more posts: both are held against the same truth.
            known = mine.truth_of(name) >= 0
            found[name] = compare_measures(posts, his.scores_of(name)[known], thresholds, margin)
    flipped = _flips(mine, his)
    return Against(his.release, his.fingerprint, len(mine.examples), found, flipped)


def _flips(mine: Scored, his: Scored) -> list[Flip]:
    """Return the posts on which a label's flag differs, those that changed most first."""
    found = []
    for name in shared_labels(mine, his):
        first, second = mine.scores_of(name), his.scores_of(name)
        now, before = first >= mine.threshold(name), second >= his.threshold(name)
        truth = mine.truth_of(name)
        found += [
            Flip(
                id=mine.examples[row].id,
                label=name,
                truth=None if truth[row] < 0 else int(truth[row]),
                ours=float(first[row]),
                theirs=float(second[row]),
                flagged=bool(now[row]),
            )
            for row in np.flatnonzero(now != before).tolist()
        ]
    return sorted(found, key=lambda flip: -abs(flip.ours - flip.theirs))


def align(ours: Scored, theirs: Scored) -> tuple[Scored, Scored]:
    """Return both on the posts that both have, in our order; of equal ids the first is taken."""
    there = _places(theirs)
    here = {name: place for name, place in _places(ours).items() if name in there}
    return ours.rows(list(here.values())), theirs.rows([there[name] for name in here])


def shared_labels(ours: Scored, theirs: Scored) -> Sequence[str]:
    """Return the labels that both judge, low quality as a whole among them."""
    shared = [name for name in ours.names if name in theirs.names]
    both = ours.low_quality is not None and theirs.low_quality is not None
    return [*shared, LOW_QUALITY] if both else shared


def _places(scored: Scored) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for place, example in enumerate(scored.examples):
        found.setdefault(example.id, place)
    return found
