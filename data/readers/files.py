"""From paths to raw rows, each with its place.

Folders saved by Hugging Face `datasets` are read by it. Text files are read here, so that a fault
is told by its exact line and nothing is fetched or cached.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any

import orjson

from data.readers.lines import NOT_UTF8, Damage, Row, json_lines, lines
from models.errors import InvalidInput
from models.labels import LABEL_NAMES

JSONL_ENDINGS = (".jsonl", ".jsonl.gz")
CSV_ENDINGS = (".csv", ".csv.gz")
DATASET_MARKERS = ("dataset_info.json", "dataset_dict.json", "state.json")
INTEGER = re.compile(r"-?[0-9]{1,18}")


def expand(paths: Iterable[Path]) -> list[Path]:
    """Return the corpus files and dataset folders under `paths`, sorted within each folder.

    Raises InvalidInput for a path that does not exist or holds nothing readable.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"{path} does not exist: check the path")
        if path.is_file() or _is_dataset(path):
            found.append(path)
        else:
            inside = sorted(p for p in path.iterdir() if _readable(p))
            if not inside:
                raise InvalidInput(
                    f"{path} holds no .jsonl or .csv file (.gz or not) and no dataset"
                )
            found.extend(inside)
    return list(dict.fromkeys(found))


def _is_dataset(path: Path) -> bool:
    return path.is_dir() and any((path / marker).exists() for marker in DATASET_MARKERS)


def _readable(path: Path) -> bool:
    return path.name.endswith(JSONL_ENDINGS + CSV_ENDINGS) or _is_dataset(path)


def iterate(path: Path) -> Iterator[Row]:
    """Yield every row of one corpus file or dataset folder, bad ones included.

    A row of several lines is placed at its first. Raises InvalidInput for an unknown format and
    for a dataset folder that cannot be opened.
    """
    try:
        if path.name.endswith(JSONL_ENDINGS):
            yield from json_lines(path)
        elif path.name.endswith(CSV_ENDINGS):
            yield from _csv(path)
        elif _is_dataset(path):
            yield from _dataset(path)
        else:
            raise InvalidInput(
                f"{path}: unknown format; use .jsonl, .csv, these with .gz, or a dataset folder"
            )
    except Damage as damage:
        reason = f"damaged gzip file ({damage}), nothing after this is read; write it again"
        yield Row(path, damage.line, None, reason)


def _csv(path: Path) -> Iterator[Row]:
    header: list[str] = []
    for line, values, fault in _csv_values(path):
        if fault:
            yield Row(path, line, None, fault if header else f"header: {fault}; no row is read")
        elif not header and len(set(values)) < len(values):
            yield Row(path, line, None, "header: one name for two columns; no row is read")
        elif header and len(values) != len(header):
            reason = f"{len(values)} columns where the header names {len(header)}"
            yield Row(path, line, None, reason)
        elif header:
            yield Row(path, line, _from_columns(dict(zip(header, values, strict=True))))
        else:
            header = values
        if not header:
            return


def _csv_values(path: Path) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield the first line, the values and the fault, if any, of every row that is not blank."""
    # Escaped, a damaged byte spoils its own row and no other.
    reader = csv.reader(
        (line.decode(errors="surrogateescape") for line in lines(path)), strict=True
    )
    while True:
        start = reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            yield start, [], f"not CSV: {error}"
            continue
        if values is None:
            return
        if values:
            yield start, values, None if _is_utf8("".join(values)) else NOT_UTF8


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _dataset(path: Path) -> Iterator[Row]:
    from datasets import DatasetDict, load_from_disk

    try:
        loaded = load_from_disk(str(path))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: damaged dataset folder ({error}); save it again") from error
    parts = loaded.values() if isinstance(loaded, DatasetDict) else [loaded]
    for number, record in enumerate(chain.from_iterable(parts), start=1):
        yield Row(path, number, _from_columns(record))


def _from_columns(record: dict[str, Any]) -> dict[str, Any]:
    """Turn a flat record into an Example's: labels as JSON, a mapping or columns of their own."""
    plain = {key: _as_text(value) for key, value in record.items() if not _is_empty(value)}
    columns = {name: _as_int(plain.pop(name)) for name in LABEL_NAMES if name in plain}
    labels = plain.pop("labels", {})
    if isinstance(labels, str):
        with suppress(orjson.JSONDecodeError):
            labels = orjson.loads(labels)
    if "cluster" in plain:
        plain["cluster"] = _as_int(plain["cluster"])
    return plain | {"labels": labels | columns if isinstance(labels, dict) else labels}


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and isnan(value))


def _as_text(value: Any) -> Any:
    """Turn a day into text; other values stay."""
    return value.isoformat()[:10] if isinstance(value, date) else value


def _as_int(value: Any) -> Any:
    """Turn 1, "1" and "1.0" into 1 (columns with gaps are often written so); others stay."""
    text = str(value).strip().removesuffix(".0")
    return int(text) if INTEGER.fullmatch(text) else value


def default_source(path: Path) -> str:
    """Return the source name of a file: its name without endings."""
    name = path.name
    for ending in (*JSONL_ENDINGS, *CSV_ENDINGS):
        name = name.removesuffix(ending)
    return name
