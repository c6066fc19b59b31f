"""`mingjian data stats`: what a corpus holds, per source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from data.schema import Example


@dataclass(slots=True)
class SourceStats:
    """Counts of one source; `labels[name]` is [zeros, ones]."""

    examples: int = 0
    registers: Counter[str] = field(default_factory=Counter)
    labels: dict[str, list[int]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    dated: int = 0
    first_date: str = ""
    last_date: str = ""

    @property
    def median_length(self) -> int:
        """Median characters a post, title included."""
        return int(median(self.lengths)) if self.lengths else 0

    def add(self, example: Example) -> None:
        """Count one Example in."""
        self.examples += 1
        self.registers[example.register_] += 1
        self.lengths.append(len(example.text) + len(example.title or ""))
        for name, value in example.labels.items():
            self.labels.setdefault(name, [0, 0])[value] += 1
        if example.date:
            self.dated += 1
            self.first_date = min(self.first_date or example.date, example.date)
            self.last_date = max(self.last_date, example.date)


def stats(examples: Iterable[Example]) -> dict[str, SourceStats]:
    """Return the counts of every source, in the order in which sources appear."""
    sources: dict[str, SourceStats] = {}
    for example in examples:
        sources.setdefault(example.source, SourceStats()).add(example)
    return sources
