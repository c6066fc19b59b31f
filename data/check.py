"""`mingjian data check`: every bad row named with file, line and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from data.readers import BadRow, read_rows
from data.schema import FIELDS
from models.labels import LABEL_NAMES


@dataclass(slots=True)
class CheckReport:
    """What a check found: `bad` rows, and notes on rows that are good but surprising."""

    rows: int = 0
    bad: list[BadRow] = field(default_factory=list)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    unknown_labels: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        """Whether every row is an Example."""
        return not self.bad


def check(paths: Iterable[Path]) -> CheckReport:
    """Read everything under `paths` and report every row that is not an Example.

    An id that was seen before is a fault: reports and corrections name posts by their id.
    """
    report = CheckReport()
    seen: dict[str, str] = {}
    for row, parsed in read_rows(paths):
        report.rows += 1
        if isinstance(parsed, BadRow):
            report.bad.append(parsed)
            continue
        place = f"{row.file}:{row.line}"
        if parsed.id in seen:
            reason = f"id: {parsed.id!r} was used before at {seen[parsed.id]}"
            report.bad.append(BadRow(row.file, row.line, reason))
        seen.setdefault(parsed.id, place)
        report.unknown_fields.update(set(row.record or ()) - FIELDS)
        report.unknown_labels.update(set((row.record or {})["labels"]) - set(LABEL_NAMES))
    return report
