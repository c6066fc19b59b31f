"""Reading the raw tables; a wrong line is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[1] / "tables"


def rows(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a tab-separated table; ValueError names a line of another width."""
    for number, line in enumerate(lines(name), start=1):
        cells = tuple(line.split("\t"))
        if len(cells) != columns or not all(cells):
            raise ValueError(f"{name}: row {number} has not {columns} filled cells: {line!r}")
        yield cells


def lines(name: str) -> list[str]:
    """Return the lines of a table without comments."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def contexts() -> dict[str, dict[str, Any]]:
    """Return the contexts by name."""
    text = (FOLDER / "contexts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


def common(character: str) -> bool:
    """Tell whether a character is among the 3,755 everyday ones: level 1 of GB 2312."""
    return 0xB0 <= standard_row(character) <= 0xD7


def rare(character: str) -> bool:
    """Tell whether a Chinese character is none of the 6,763 of GB 2312."""
    return "\u3400" <= character <= "\u9fff" and standard_row(character) == 0


def standard_row(character: str) -> int:
    """Return the row byte of a character in GB 2312; 0 where it has none."""
    try:
        encoded = character.encode("gb2312")
    except UnicodeEncodeError:
        return 0
    return encoded[0] if len(encoded) == 2 else 0
