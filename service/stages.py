"""The stages of a request: one set of words for timing headers, metrics and logs."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

STAGES = (
    "receive",
    "normalise",
    "match",
    "tokenise",
    "queue",
    "infer",
    "calibrate",
    "decide",
    "record",
    "answer",
)


_KNOWN = frozenset(STAGES)


class Stages:
    """Seconds that one request spent in each stage.

    `spans` tells when a stage first began and last ended, on the clock of `time.perf_counter`.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.spans: dict[str, tuple[float, float]] = {}

    def add(self, stage: str, seconds: float, end: float | None = None) -> None:
        """Add time to a stage, which is one of STAGES; it ended at `end`, by default now."""
        if stage not in _KNOWN:
            raise ValueError(f"{stage!r} is no stage; stages are {', '.join(STAGES)}")
        end = time.perf_counter() if end is None else end
        begin, _ = self.spans.get(stage, (end - seconds, end))
        self.spans[stage] = (begin, end)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def measure(self, stage: str) -> AbstractContextManager[None]:
        """Add the time the block takes to a stage."""
        return _Measuring(self, stage)

    def header(self) -> str:
        """Return the value of `Server-Timing`, durations in milliseconds."""
        return ", ".join(
            f"{stage};dur={self.seconds[stage] * 1000:.2f}"
            for stage in STAGES
            if stage in self.seconds
        )


class _Measuring(AbstractContextManager[None]):
    """Times one block; a generator would cost three times as much, eleven times a request."""

    __slots__ = ("_stage", "_stages", "_start")

    def __init__(self, stages: Stages, stage: str) -> None:
        self._stages = stages
        self._stage = stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._stages.add(self._stage, time.perf_counter() - self._start)
