"""Files of words: one pattern a line, a table, or JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import orjson

from models.errors import FieldError
from service.errors import TooLarge
from service.word.entries import Draft
from service.word.errors import UnreadableWords
from service.word.reading import Fault, read_draft

Format = Literal["text", "tsv", "csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
COLUMNS = ("pattern", "tags", "note", "expires")
MOST_LINES = 20_000
MEDIA_TYPES: dict[str, Format] = {
    "text/plain": "text",
    "text/tab-separated-values": "tsv",
    "text/csv": "csv",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/json": "jsonl",
}
COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that should hold an entry, numbered from 1."""

    number: int
    draft: Draft | Fault


def format_of(media_type: str, named: Format | None) -> Format:
    """Return the form of a file: the one named, else by its media type; raises UnreadableWords."""
    if named is not None:
        return named
    plain = media_type.partition(";")[0].strip().lower()
    if plain not in MEDIA_TYPES:
        raise UnreadableWords(
            f"Send Content-Type as one of {', '.join(MEDIA_TYPES)}, or name the form with "
            f"?format={'|'.join(FORMATS)}.",
            errors=[FieldError("/format", "is needed with this Content-Type")],
        )
    return MEDIA_TYPES[plain]


def read_lines(body: bytes, form: Format, now: datetime) -> list[Line]:
    """Return every line with an entry; blank lines, comments and a header are no entries.

    Raises UnreadableWords for what is not UTF-8, TooLarge over MOST_LINES.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableWords(
            f"Byte {error.start + 1:,} is not UTF-8. Save the file as UTF-8 and send it again."
        ) from None
    lines = []
    for number, value in _values(text, form):
        draft = value if isinstance(value, Fault) else read_draft(value, now)
        lines.append(Line(number, draft))
        if len(lines) > MOST_LINES:
            raise TooLarge(f"The file has over {MOST_LINES:,} entries. Send it in several parts.")
    return lines


def _values(text: str, form: Format) -> Iterator[tuple[int, object]]:
    if form in ("csv", "tsv"):
        yield from _table(text, "," if form == "csv" else "\t")
        return
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        if not line or (form == "text" and line.startswith(COMMENT)):
            continue
        yield number, {"pattern": line} if form == "text" else _json(line)


def _json(line: str) -> object:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Fault(None, f"is not JSON: {error.msg}")
    return {"pattern": value} if isinstance(value, str) else value


def _table(text: str, delimiter: str) -> Iterator[tuple[int, object]]:
    """Read a table with a header that names its columns, or without one in their order."""
    columns: tuple[str, ...] = COLUMNS
    # Tables of spreadsheets quote; tab-separated ones do as well once a cell holds a quote.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield number, Fault(None, f"is no line of a table: {error}")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells) and not cells[0].startswith(COMMENT):
            named = tuple(cell.strip().lower() for cell in cells)
            if number == 1 and "pattern" in named:
                columns = named
            else:
                yield number, _cells(columns, cells)
        number = rows.line_num + 1


def _cells(columns: tuple[str, ...], cells: list[str]) -> object:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Fault(cells[0], f"has {len(cells)} cells for {len(columns)} columns")
    value: dict[str, object] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column == "tags":
            value["tags"] = [tag for tag in cell.replace("；", ";").split(";") if tag.strip()]
        elif cell.strip() or column == "pattern":
            value[column] = cell
    return value
