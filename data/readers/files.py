"""From paths to raw rows. Foreign formats are read by Hugging Face `datasets`."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from models.errors import InvalidInput

JSONL_ENDINGS = (".jsonl", ".jsonl.gz")
CSV_ENDINGS = (".csv", ".csv.gz")
DATASET_MARKERS = ("dataset_info.json", "dataset_dict.json", "state.json")


@dataclass(frozen=True, slots=True)
class Row:
    """A raw row with its place; `record` is None when `problem` says why it cannot be read."""

    file: Path
    line: int
    record: dict[str, Any] | None
    problem: str | None = None


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
                raise InvalidInput(f"{path} holds no .jsonl, .jsonl.gz or .csv file and no dataset")
            found.extend(inside)
    return list(dict.fromkeys(found))


def _is_dataset(path: Path) -> bool:
    return path.is_dir() and any((path / marker).exists() for marker in DATASET_MARKERS)


def _readable(path: Path) -> bool:
    return path.name.endswith(JSONL_ENDINGS + CSV_ENDINGS) or _is_dataset(path)


def iterate(path: Path) -> Iterator[Row]:
    """Yield every row of one corpus file or dataset folder, bad ones included."""
    if path.name.endswith(JSONL_ENDINGS):
        yield from _jsonl(path)
    elif path.name.endswith(CSV_ENDINGS):
        yield from _csv(path)
    elif _is_dataset(path):
        yield from _dataset(path)
    else:
        raise InvalidInput(
            f"{path}: unknown format; use .jsonl, .jsonl.gz, .csv or a dataset folder"
        )


def _jsonl(path: Path) -> Iterator[Row]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _json_row(path, number, line)
    except (EOFError, gzip.BadGzipFile) as error:
        raise InvalidInput(f"{path}: damaged gzip file ({error}); write it again") from error


def _json_row(path: Path, number: int, line: bytes) -> Row:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Row(path, number, None, f"not JSON: {error}")
    if not isinstance(record, dict):
        return Row(path, number, None, "not a JSON object: write one object a line")
    return Row(path, number, record)


def _csv(path: Path) -> Iterator[Row]:
    from datasets import load_dataset

    lines = load_dataset("text", data_files=str(path), split="train", streaming=True)
    reader = csv.DictReader((line["text"] + "\n" for line in lines), strict=True)
    try:
        for record in reader:
            if None in record or None in record.values():
                expected = len(reader.fieldnames or ())
                yield Row(path, reader.line_num, None, f"not {expected} columns as in the header")
            else:
                yield Row(path, reader.line_num, _from_columns(record))
    except csv.Error as error:
        yield Row(path, reader.line_num, None, f"not CSV: {error}")


def _dataset(path: Path) -> Iterator[Row]:
    from datasets import DatasetDict, load_from_disk

    loaded = load_from_disk(str(path))
    parts = loaded.values() if isinstance(loaded, DatasetDict) else [loaded]
    number = 0
    for part in parts:
        for record in part:
            number += 1
            yield Row(path, number, _from_columns(record))


def _from_columns(record: dict[str, Any]) -> dict[str, Any]:
    """Turn a flat record into an Example's: labels as JSON, a mapping or columns of their own."""
    from data.schema import FIELDS
    from models.labels import LABEL_NAMES

    plain = {key: value for key, value in record.items() if value not in (None, "")}
    labels = plain.get("labels", {})
    if isinstance(labels, str):
        try:
            labels = json.loads(labels)
        except json.JSONDecodeError:
            return plain
    if isinstance(labels, dict):
        labels = {key: value for key, value in labels.items() if value is not None}
        labels |= {name: _as_int(plain[name]) for name in LABEL_NAMES if name in plain}
    known = {key: value for key, value in plain.items() if key in FIELDS}
    if isinstance(known.get("cluster"), str):
        known["cluster"] = _as_int(known["cluster"])
    return known | {"labels": labels}


def _as_int(value: Any) -> Any:
    text = str(value).strip()
    return int(text) if text.lstrip("-").isdigit() else value


def default_source(path: Path) -> str:
    """Return the source name of a file: its name without endings."""
    name = path.name
    for ending in (*JSONL_ENDINGS, *CSV_ENDINGS):
        name = name.removesuffix(ending)
    return name
