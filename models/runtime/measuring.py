"""Measuring which precision, lanes and batch suit a release on this machine."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from models.batching import bucket_of, pad, plan_batches
from models.errors import ReleaseError
from models.runtime.choice import offered
from models.runtime.opening import usual_lanes
from models.runtime.openvino_backend import OpenVinoBackend
from models.runtime.padding import objection
from models.runtime.tuning import Tuned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.release import Release
    from models.windows import TokenIds

    Inputs = tuple[NDArray[np.int64], NDArray[np.int64]]

# What stands further back in a stage has to pay by this much.
LEAST_GAIN = 1.05
USUAL_TOKENS = 2048
BATCH_TOKENS = (1024, 4096)
_SINGLES = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to run a release, and the padded tokens of one pass."""

    tuned: Tuned
    batch_tokens: int = USUAL_TOKENS


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the rounds: rows read in a second, milliseconds of a row alone.

    `refused` says why a candidate that scores wrongly here was not measured, and has no figures.
    """

    candidate: Candidate
    rows_per_second: float
    single_ms: float
    refused: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self.candidate.tuned) | {
            "batch_tokens": self.candidate.batch_tokens,
            "rows_per_second": round(self.rows_per_second, 1),
            "single_ms": round(self.single_ms, 3),
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was measured, stage by stage, and the choice among it."""

    measured: tuple[Measured, ...]
    choice: Candidate


def search(
    release: Release,
    windows: Sequence[TokenIds],
    cores: int,
    rounds: int,
    track: Callable[[Sequence[Candidate]], Iterable[Candidate]],
) -> Found:
    """Measure precisions first, then lanes, then batches, each stage on the best of the one before.

    `windows` are rows of token ids like those that will be read; `track` gives the candidates of a
    stage back and may show how far it is. Within a stage, each must be more than 5 % faster than
    those before it: precisions from the widest on, lanes and batches from the usual ones on. What
    scores wrongly on this machine is told and never chosen. Raises ReleaseError where nothing is
    left.
    """
    stages: list[list[Measured]] = []

    def best(candidates: Sequence[Candidate]) -> Candidate:
        stages.append(measure(release, windows, candidates, rounds, track))
        return choose(stages[-1])

    usual = usual_lanes(cores)
    precisions = offered(release.layout)
    choice = best([Candidate(Tuned(precision, cores, usual)) for precision in precisions])
    if cores > 1:
        lanes = [replace(choice.tuned, lanes=count) for count in sorted({1, cores} - {usual})]
        choice = best([choice, *(replace(choice, tuned=tuned) for tuned in lanes)])
    choice = best([choice, *(replace(choice, batch_tokens=tokens) for tokens in BATCH_TOKENS)])
    return Found(tuple(one for stage in stages for one in stage), choice)


def choose(measured: Sequence[Measured]) -> Candidate:
    """Return the first, or a later one that is more than 5 % faster than what is chosen so far.

    Raises ReleaseError where every one was refused.
    """
    sound = [one for one in measured if not one.refused]
    if not sound:
        raise ReleaseError(
            f"this release scores wrongly on this machine: {measured[0].refused}; install the "
            "version of OpenVINO that constraints.txt names, or use MINGJIAN_BACKEND=torch"
        )
    chosen = sound[0]
    for one in sound[1:]:
        if one.rows_per_second > LEAST_GAIN * chosen.rows_per_second:
            chosen = one
    return chosen.candidate


def measure(
    release: Release,
    windows: Sequence[TokenIds],
    candidates: Sequence[Candidate],
    rounds: int,
    track: Callable[[Sequence[Candidate]], Iterable[Candidate]],
) -> list[Measured]:
    """Run the same rows through each candidate, in turns, after a round that is not counted.

    A candidate first has to prove that padding changes no score of it.
    """
    courses = [_Course(release, windows, candidate) for candidate in candidates]
    sound = [course for course in courses if not course.refused]
    shown = iter(track([course.candidate for _ in range(rounds + 1) for course in sound]))
    for turn in range(rounds + 1):
        for course in sound:
            course.run(counted=turn > 0)
            next(shown)
    # Lets a progress bar end.
    next(shown, None)
    return [course.measured() for course in courses]


class _Course:
    """The rows of a measurement, ready for one candidate, and the times it took."""

    def __init__(self, release: Release, windows: Sequence[TokenIds], candidate: Candidate) -> None:
        tuned = candidate.tuned
        self.candidate = candidate
        self._backend = OpenVinoBackend(release.folder, tuned.precision, tuned.threads, tuned.lanes)
        self.refused = objection(self._backend, release, windows)
        self._rows = len(windows)
        self._batches = _batches(windows, candidate.batch_tokens, release.pad_id)
        self._alone = _alone(windows, release.pad_id)
        self._rates: list[float] = []
        self._singles: list[float] = []

    def run(self, *, counted: bool) -> None:
        rate = self._rows / self._seconds(self._batches)
        single = median(self._seconds([row]) for row in self._alone)
        if counted:
            self._rates.append(rate)
            self._singles.append(1000 * single)

    def measured(self) -> Measured:
        if self.refused:
            return Measured(self.candidate, 0.0, 0.0, self.refused)
        return Measured(self.candidate, median(self._rates), median(self._singles))

    def _seconds(self, batches: Sequence[Inputs]) -> float:
        start = time.perf_counter()
        if self._backend.lanes == 1 or len(batches) == 1:
            for inputs in batches:
                self._backend.infer(*inputs)
        else:
            with ThreadPoolExecutor(self._backend.lanes) as pool:
                list(pool.map(lambda inputs: self._backend.infer(*inputs), batches))
        return time.perf_counter() - start


def _batches(windows: Sequence[TokenIds], tokens: int, pad_id: int) -> list[Inputs]:
    plan = plan_batches([len(window) for window in windows], tokens)
    return [pad(windows, batch, pad_id) for batch in plan]


def _alone(windows: Sequence[TokenIds], pad_id: int) -> list[Inputs]:
    """Return rows as long as the middle one, each by itself."""
    middle = bucket_of(sorted(map(len, windows))[len(windows) // 2])
    same = [window for window in windows if bucket_of(len(window)) == middle]
    return [inputs for window in same[:_SINGLES] for inputs in _batches([window], 1, pad_id)]
