"""Ordinary posts of our own: what chance likeness is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.readers.lines import json_lines
from models.errors import InvalidInput

FOLDER = Path(__file__).parent / "sample"


def ordinary_posts(folder: Path = FOLDER) -> Iterator[str]:
    """Yield the texts of `ordinary_*.jsonl`; raises InvalidInput for a row without a text."""
    for path in sorted(folder.glob("ordinary_*.jsonl")):
        for row in json_lines(path):
            text = (row.record or {}).get("text")
            if not isinstance(text, str):
                raise InvalidInput(f"{path.name}:{row.line}: {row.problem or 'holds no text'}")
            yield text
