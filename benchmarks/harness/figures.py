"""What was measured, put into rows; ratios within a round, their medians and spread."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Clients: connections and posts a request.
SHAPES = {"a": (1, 1), "b": (32, 1), "c": (4, 32)}
MINGJIAN, SPARING, PIPELINE, INFINITY, BARE, FILE = (
    "mingjian",
    "mingjian, cache on",
    "transformers pipeline",
    "infinity_emb",
    "bare runtime",
    "mingjian score",
)
BATCHES = (1, 8, 32)


@dataclass(slots=True)
class Row:
    """One subject on one release under one load, a value a round.

    `shape` is a client of SHAPES, or what else was done. `rates` are posts a second, `latencies`
    p50, p95 and p99 in seconds, `cpu_s` the processor seconds that the subject spent on a post.
    """

    release: str
    subject: str
    shape: str
    precision: str
    rates: list[float] = field(default_factory=list)
    latencies: list[dict[str, float]] = field(default_factory=list)
    client_cpu: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    errors: int = 0

    def latency(self, percentile: str) -> float | None:
        """Return the median over the rounds of a percentile, in seconds."""
        found = [one[percentile] for one in self.latencies if percentile in one]
        return statistics.median(found) if found else None


class Rows:
    """All rows of a run, found by release, subject and shape."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {(row.release, row.subject, row.shape): row for row in rows}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def row(self, release: str, subject: str, shape: str, precision: str = "") -> Row:
        """Return a row, made where it is not there yet."""
        key = (release, subject, shape)
        return self._rows.setdefault(key, Row(release, subject, shape, precision))

    def rates(self, release: str, subject: str, shape: str) -> list[float]:
        """Return the rates of a row, round by round; empty where it was not measured."""
        found = self._rows.get((release, subject, shape))
        return found.rates if found else []

    def best_bare(self, release: str) -> list[float]:
        """Return, round by round, the rate of the bare runtime at its best batch size."""
        by_batch = [self.rates(release, BARE, f"batch {size}") for size in BATCHES]
        return [max(rates) for rates in zip(*by_batch, strict=False)]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of the specification: what was divided by what in each round, what to reach."""

    name: str
    rounds: list[float]
    reach: float
    at_most: bool = False
    unit: str = ""

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.rounds)

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.median <= self.reach if self.at_most else self.median >= self.reach


def ratios(rows: Rows, default: str, reference: str) -> list[Ratio]:
    """Return the figures that can be told from these rows.

    `reference` is the release that the bare runtime and the peers carry for comparison: the one
    with most layers. Each is divided within a round, since rounds differ by what else the machine
    does.
    """
    bare, of_bare = rows.best_bare(reference), f"bare runtime on {reference}"
    wanted: list[tuple[str, Sequence[float], Sequence[float], float]] = [
        (f"{reference} (c) / {of_bare}", rows.rates(reference, MINGJIAN, "c"), bare, 0.85),
        (f"{reference} (b) / {of_bare}", rows.rates(reference, MINGJIAN, "b"), bare, 0.70),
    ]
    wanted += [
        (
            f"{reference} ({shape}) / {INFINITY} ({shape})",
            rows.rates(reference, MINGJIAN, shape),
            rows.rates(reference, INFINITY, shape),
            7.0,
        )
        for shape in ("b", "c")
    ]
    if default != reference:
        served = rows.rates(default, MINGJIAN, "c")
        wanted.append((f"{default} (c) / {of_bare}", served, bare, 3.0))
    wanted += [
        (
            f"mingjian score, {name} / bare runtime on {name}",
            rows.rates(name, FILE, "file"),
            rows.best_bare(name),
            0.95,
        )
        for name in dict.fromkeys((default, reference))
    ]
    found = [
        Ratio(name, quotients(above, below), reach)
        for name, above, below, reach in wanted
        if above and below
    ]
    return found + _latency_ratio(rows, default)


def limits(facts: Mapping[str, Any], default: str) -> list[Ratio]:
    """Return the figures that are no ratios: time to start and memory of the default release."""
    start, memory = facts["start_s"].get(default), facts["rss_mb"].get(f"{default}: {MINGJIAN}")
    known = (("start to ready, s", start, 3.0), ("memory, MB", memory, 600.0))
    return [
        Ratio(f"{default}: {name}", [value], reach, at_most=True)
        for name, value, reach in known
        if value is not None
    ]


def _latency_ratio(rows: Rows, release: str) -> list[Ratio]:
    served = [one["p50"] for one in rows.row(release, MINGJIAN, "a").latencies if one]
    alone = [one["p50"] for one in rows.row(release, BARE, "batch 1").latencies]
    if not served or not alone:
        return []
    name = f"{release} (a) p50 / bare batch 1"
    return [Ratio(name, quotients(served, alone), 1.5, at_most=True)]


def quotients(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Divide round by round."""
    return [one / other for one, other in zip(above, below, strict=False)]


def spread(values: Sequence[float], shown: Callable[[float], str]) -> str:
    """Return the median and, where there are several, the smallest and the largest."""
    if not values:
        return "–"
    middle = shown(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({shown(min(values))}–{shown(max(values))})"
