"""One line of the gate's table: what was compared, what came out, and what that means."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from training.evaluation.compare import LESS_IS_BETTER, Comparison
from training.metrics import Interval

PASSES, WORSE, LITTLE = "passes", "worse", "too little evidence"
# A difference on fewer posts of a class says nothing, however narrow its interval.
LEAST_POSTS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A check: `interval` is of the difference, candidate minus champion, `margin` what is allowed.

    A row that is `worse` refuses the candidate; `too little evidence` does where it is `needed`.
    """

    check: str
    on: str
    verdict: str
    champion: float | None = None
    candidate: float | None = None
    interval: Interval | None = None
    margin: float | None = None
    posts: str = ""
    needed: bool = False
    note: str = ""

    @property
    def refuses(self) -> bool:
        """Whether the candidate is refused for this alone."""
        return self.verdict == WORSE or (self.needed and self.verdict == LITTLE)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self) | {"refuses": self.refuses}


def judge(measure: str, difference: float, interval: Interval, margin: float) -> str:
    """Return what a paired difference (candidate minus champion) with its interval says.

    `passes` where it is surely no worse than the margin, `worse` where it is surely worse and by
    more than the margin, else `too little evidence`: the interval reaches beyond the margin.
    """
    sign = -1 if measure in LESS_IS_BETTER else 1
    low, high = sorted(sign * bound for bound in interval)
    if low >= -margin:
        return PASSES
    return WORSE if high < 0 and sign * difference < -margin else LITTLE


def compared(check: str, on: str, found: Comparison, margin: float, *, needed: bool = False) -> Row:
    """Return the row of a comparison of the two releases on the same posts."""
    verdict = judge(found.measure, found.difference, found.interval, margin)
    if min(found.positives, found.negatives) < LEAST_POSTS:
        verdict = LITTLE
    return Row(
        check,
        on,
        verdict,
        found.theirs,
        found.ours,
        found.interval,
        margin,
        f"{found.positives}/{found.negatives}",
        needed,
    )
