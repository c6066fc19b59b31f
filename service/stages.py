"""The stages of a request: one set of words for timing headers, metrics and logs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

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


class Stages:
    """Seconds that one request spent in each stage.

    `spans` tells when a stage first began and last ended, on the clock of `time.perf_counter`.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.spans: dict[str, tuple[float, float]] = {}

    def add(self, stage: str, seconds: float, end: float | None = None) -> None:
        """Add time to a stage, which is one of STAGES; it ended at `end`, by default now."""
        if stage not in STAGES:
            raise ValueError(f"{stage!r} is no stage; stages are {', '.join(STAGES)}")
        end = time.perf_counter() if end is None else end
        begin, _ = self.spans.get(stage, (end - seconds, end))
        self.spans[stage] = (begin, end)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time the block takes to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - start)

    def header(self) -> str:
        """Return the value of `Server-Timing`, durations in milliseconds."""
        return ", ".join(
            f"{stage};dur={self.seconds[stage] * 1000:.2f}"
            for stage in STAGES
            if stage in self.seconds
        )
