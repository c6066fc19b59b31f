"""JSON lines with their places; reads no other format, so that what serves may use it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

NOT_UTF8 = "not UTF-8: save the file in that encoding"


@dataclass(frozen=True, slots=True)
class Row:
    """A raw row with its place; `record` is None when `problem` says why it cannot be read."""

    file: Path
    line: int
    record: dict[str, Any] | None
    problem: str | None = None


class Damage(Exception):
    """A compressed file ends or breaks before `line`."""

    def __init__(self, line: int, reason: object) -> None:
        super().__init__(str(reason))
        self.line = line


def lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a plain or compressed file, without a byte order mark."""
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Damage(number + 1, error) from error


def json_lines(path: Path) -> Iterator[Row]:
    """Yield every line that is not blank; raises Damage where a compressed file breaks off."""
    for number, line in enumerate(lines(path), start=1):
        if line.strip():
            yield _json_row(path, number, line)


def _json_row(path: Path, number: int, line: bytes) -> Row:
    try:
        record = orjson.loads(line.decode())
    except UnicodeDecodeError:
        return Row(path, number, None, NOT_UTF8)
    except orjson.JSONDecodeError as error:
        return Row(path, number, None, f"not JSON: {error.msg} at character {error.colno}")
    if not isinstance(record, dict):
        return Row(path, number, None, "not a JSON object: write one object a line")
    return Row(path, number, record)
