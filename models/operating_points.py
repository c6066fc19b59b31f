"""From held-out scores to thresholds: every operating point that a sentence can ask for.

A sentence names what should be greatest and what must hold meanwhile, such as
`recall at precision >= 0.95`, `precision at recall >= 0.8`, `best F1`,
`best F1 at precision >= 0.8` or `false alarms <= 0.01`. Training chooses the thresholds of a
release with it, the service those of policies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from models.errors import InvalidInput, ReleaseError
from models.jsonfile import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from models.thresholds import Bounds

Measure = Literal["precision", "recall", "f1", "false_alarms"]
RESAMPLES = 200
# A threshold of 0 or 1 would claim certainty that no number of held-out posts can give.
LOWEST, HIGHEST = 0.0001, 0.9999
GRAMMAR = (
    "`recall at precision >= 0.9`, `precision at recall >= 0.8`, `best F1`, "
    "`best F1 at precision >= 0.8`, `recall at false alarms <= 0.01` or `false alarms <= 0.01`"
)
_SHARE = r"(?P<bound>0|1|0?\.\d{1,6}|0\.0{1,6}|1\.0{1,6})"
_CONDITION = re.compile(
    rf"(?P<measure>precision|recall) (?:>=|≥) {_SHARE}|(?P<alarms>false alarms) (?:<=|≤) "
    + _SHARE.replace("bound", "limit"),
    re.ASCII,
)
_SIGN = re.compile("(>=|<=|≥|≤)")
_AIM = re.compile(r"(?:most |best )?(?P<aim>precision|recall|f1)", re.ASCII)


class Unreachable(InvalidInput):
    """No threshold keeps what a sentence demands; `detail` names the best that can be had."""

    code = "unreachable_threshold"
    title = "No threshold reaches this"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a threshold is chosen for: the greatest `aim` among those where `held` keeps `bound`.

    `bound` is the least allowed of precision, recall and F1, and the most allowed of false alarms.
    """

    aim: Measure
    held: Measure | None = None
    bound: float = 0.0

    def __str__(self) -> str:
        aim = "best F1" if self.aim == "f1" else self.aim
        if self.held is None:
            return aim
        sign = "<=" if self.held == "false_alarms" else ">="
        return f"{aim} at {self.held.replace('_', ' ')} {sign} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a threshold gives on held-out posts; None where a class or a flag is missing."""

    threshold: float
    precision: float | None
    recall: float | None
    false_alarms: float | None
    precision_interval: Bounds | None
    recall_interval: Bounds | None
    positives: int
    negatives: int


@dataclass(frozen=True)
class Curve:
    """Held-out posts of one label: truth 0/1, score and cluster of near-duplicates, all [n]."""

    truth: NDArray[np.int8]
    scores: NDArray[np.float64]
    clusters: NDArray[np.int64]

    @classmethod
    def of(cls, truth: ArrayLike, scores: ArrayLike, clusters: ArrayLike) -> Curve:
        """Return a curve of anything numpy can turn into arrays; raises ValueError on lengths."""
        curve = cls(
            np.asarray(truth, dtype=np.int8),
            np.asarray(scores, dtype=np.float64),
            np.asarray(clusters, dtype=np.int64),
        )
        if not curve.truth.shape == curve.scores.shape == curve.clusters.shape:
            raise ValueError("truth, scores and clusters differ in length")
        return curve

    @property
    def positives(self) -> int:
        """Posts on which the label holds."""
        return int(self.truth.sum())

    @property
    def negatives(self) -> int:
        """Posts on which it does not."""
        return len(self.truth) - self.positives

    @cached_property
    def steps(self) -> dict[str, NDArray[np.float64]]:
        """Every threshold that makes a difference, highest first, and what it gives, all [k].

        Posts of one score are flagged together, so each score gives one step.
        """
        order = np.argsort(-self.scores, kind="stable")
        scores, truth = self.scores[order], self.truth[order].astype(np.float64)
        last = np.append(scores[1:] != scores[:-1], np.ones(min(len(scores), 1), dtype=bool))
        hits, flagged = np.cumsum(truth)[last], np.arange(1.0, len(truth) + 1)[last]
        return {
            "score": scores[last],
            "hits": hits,
            "precision": hits / flagged,
            "recall": hits / max(self.positives, 1),
            "f1": 2 * hits / (flagged + max(self.positives, 1)),
            "false_alarms": (flagged - hits) / max(self.negatives, 1),
        }

    @cached_property
    def _groups(self) -> tuple[NDArray[np.int64], int]:
        names, places = np.unique(self.clusters, return_inverse=True)
        return places.astype(np.int64), len(names)

    def choose(self, wish: Wish) -> float:
        """Return the threshold of a wish; of equal ones the one that is better otherwise too.

        Raises Unreachable, naming the best that can be had.
        """
        steps = self.steps
        if not steps["hits"].any():
            raise Unreachable(
                "The held-out posts of this label hold no positive, so nothing can be promised; "
                "give a number instead."
            )
        allowed = steps["hits"] > 0
        if wish.held == "false_alarms":
            allowed &= steps["false_alarms"] <= wish.bound
        elif wish.held is not None:
            allowed &= steps[wish.held] >= wish.bound
        if not allowed.any():
            raise Unreachable(self._best(wish))
        values = np.where(allowed, steps[wish.aim], -1.0)
        best = np.flatnonzero(values == values.max())
        # Equal recall or F1: fewer flags. Equal precision: more of them, hence more recall.
        place = int(best[-1] if wish.aim == "precision" else best[0])
        return min(max(_between(steps["score"], place), LOWEST), HIGHEST)

    def measure(self, threshold: float) -> OperatingPoint:
        """Return what a threshold gives, with 95 % intervals.

        They come from resampling whole clusters, and are at least as wide as Wilson's: three right
        flags out of three, resampled, would otherwise promise certainty.
        """
        flagged = self.scores >= threshold
        hits = int((flagged & (self.truth == 1)).sum())
        alarms = int(flagged.sum()) - hits
        precisions, recalls = self._resampled(flagged)
        return OperatingPoint(
            threshold=threshold,
            precision=hits / (hits + alarms) if hits + alarms else None,
            recall=hits / self.positives if self.positives else None,
            false_alarms=alarms / self.negatives if self.negatives else None,
            precision_interval=_interval(precisions, hits, hits + alarms),
            recall_interval=_interval(recalls, hits, self.positives),
            positives=self.positives,
            negatives=self.negatives,
        )

    def _resampled(
        self, flagged: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return precision and recall of bootstrap samples; only those where they are defined."""
        places, count = self._groups
        columns = [
            np.bincount(places, weights=part, minlength=count)
            for part in (flagged & (self.truth == 1), flagged, self.truth == 1)
        ]
        table = np.stack(columns, axis=1) if count else np.zeros((0, 3))
        chance = np.random.default_rng(0)
        times = RESAMPLES if count else 0
        drawn = [
            np.bincount(chance.integers(count, size=count), minlength=count) @ table
            for _ in range(times)
        ]
        hits, flags, positives = np.asarray(drawn).reshape(-1, 3).T
        return hits[flags > 0] / flags[flags > 0], hits[positives > 0] / positives[positives > 0]

    def _best(self, wish: Wish) -> str:
        steps = self.steps
        usable = steps["hits"] > 0
        if wish.held == "false_alarms":
            least = float(steps["false_alarms"][usable].min())
            return (
                f"No threshold flags anything right with false alarms <= {wish.bound:g}; "
                f"the fewest to be had are {least:.4f}."
            )
        held = wish.held or wish.aim
        values = np.where(usable, steps[held], -1.0)
        place = int(np.flatnonzero(values == values.max())[-1])
        other = "recall" if held != "recall" else "precision"
        return (
            f"No threshold reaches {held} >= {wish.bound:g}; the best to be had is "
            f"{held} {steps[held][place]:.4f}, with {other} {steps[other][place]:.4f}."
        )


def parse_sentence(sentence: str) -> Wish:
    """Read a sentence; raises InvalidInput that shows what can be said."""
    words = " ".join(_SIGN.sub(r" \1 ", sentence.lower()).split())
    aim, _, condition = words.partition(" at ")
    if not condition and aim.startswith("false alarms"):
        aim, condition = "recall", aim
    found, held = _AIM.fullmatch(aim), _CONDITION.fullmatch(condition)
    if found is None or (condition and held is None) or (not condition and found["aim"] != "f1"):
        raise InvalidInput(f"is no sentence for a threshold; say {GRAMMAR}")
    measure: Any = found["aim"]
    if held is None:
        return Wish(measure)
    if held["alarms"]:
        return Wish(measure, "false_alarms", float(held["limit"]))
    least: Any = held["measure"]
    if least == measure:
        raise InvalidInput(f"asks for {measure} twice; say {GRAMMAR}")
    return Wish(measure, least, float(held["bound"]))


def read_curves(path: Path) -> dict[str, Curve]:
    """Return the curves of a release by short label; raises ReleaseError saying what is wrong."""
    found = {}
    for name, content in read_object(path).items():
        try:
            found[name] = Curve.of(content["labels"], content["scores"], content["clusters"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ReleaseError(
                f"{path}: the curve of {name} cannot be used ({error!r}); evaluate it again"
            ) from error
    return found


def _between(scores: NDArray[np.float64], place: int) -> float:
    """Return a value between a score and the next lower one, as short as parts the two."""
    score = float(scores[place])
    below = float(scores[place + 1]) if place + 1 < len(scores) else 0.0
    for digits in range(4, 16):
        value = round((score + below) / 2, digits)
        if below < value <= score:
            return value
    return score


def wilson(hits: float, total: float) -> Bounds | None:
    """Return the 95 % score interval of a share (Wilson 1927), None of nothing."""
    if not total:
        return None
    z = 1.959964
    share, extra = hits / total, z * z / total
    middle = (share + extra / 2) / (1 + extra)
    reach = z * sqrt(share * (1 - share) / total + extra / (4 * total)) / (1 + extra)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def _interval(values: NDArray[np.float64], hits: int, total: int) -> Bounds | None:
    plain = wilson(hits, total)
    if plain is None or not len(values):
        return plain
    low, high = np.percentile(values, [2.5, 97.5])
    return min(float(low), plain[0]), max(float(high), plain[1])
