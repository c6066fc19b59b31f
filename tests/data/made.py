"""Examples made for tests."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data.schema import Example


def example(text: str = "今天路过菜场买了两斤春笋", **fields: Any) -> Example:
    """An Example; what is not given is plain."""
    return Example.model_validate(
        {"id": "made-1", "source": "made", "labels": {"abuse": 0}, "text": text} | fields
    )


def words(seed: object, length: int = 40) -> str:
    """A text that shares nothing with that of another seed."""
    rng = random.Random(str(seed))
    return "".join(chr(0x4E00 + rng.randrange(20_000)) for _ in range(length))


def as_it_is(text: str) -> str:
    """The normaliser of tests that are not about it."""
    return text


def write_jsonl(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write one record a line, compressed when the name says so."""
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path
