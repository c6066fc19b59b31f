"""From raw rows to Examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from data.readers.files import default_source, expand, iterate
from data.readers.lines import Row
from data.schema import Example, describe
from models.errors import FieldError, InvalidInput

SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no Example, with the reason."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


def parse_row(row: Row) -> Example | BadRow:
    """Validate a row; `id` and `source` may be absent and come from the file's name and line.

    A field that is null counts as absent.
    """
    if row.record is None:
        return BadRow(row.file, row.line, row.problem or "unreadable")
    source = default_source(row.file)
    defaults = {"source": source, "id": f"{source}-{row.line:06d}"}
    try:
        given = {key: value for key, value in row.record.items() if value is not None}
        return Example.model_validate(defaults | given)
    except ValidationError as error:
        return BadRow(row.file, row.line, describe(error))


def read_rows(paths: Iterable[Path]) -> Iterator[tuple[Row, Example | BadRow]]:
    """Yield every row under `paths` with the Example or the fault it holds."""
    for path in expand(paths):
        for row in iterate(path):
            yield row, parse_row(row)


def read_examples(paths: Iterable[Path]) -> Iterator[Example]:
    """Yield the Examples under `paths`; raises InvalidInput naming the first faults, file and line.

    Every good row is yielded before the error, so no row is dropped in silence.
    """
    faults: list[BadRow] = []
    for _, parsed in read_rows(paths):
        if isinstance(parsed, BadRow):
            faults.append(parsed)
        else:
            yield parsed
    if faults:
        raise InvalidInput(
            f"bad rows: {len(faults)}; `mingjian data check` lists them all. First: {faults[0]}",
            errors=[
                FieldError(f"{bad.file}:{bad.line}", bad.reason) for bad in faults[:SHOWN_FAULTS]
            ],
        )
