"""Continuing a file of results where an earlier run stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

# The same text in another batch may differ by this much.
TOLERANCE = 0.005
_BLOCK = 1 << 20


def cut_torn_line(path: Path) -> tuple[int, bytes | None]:
    """Cut what follows the last line end and return the count of lines and the last of them."""
    if not path.exists():
        return 0, None
    count = end = last_start = 0
    with path.open("r+b") as file:
        while block := file.read(_BLOCK):
            newlines = block.count(b"\n")
            if newlines:
                start = file.tell() - len(block)
                before = block.rfind(b"\n", 0, block.rfind(b"\n"))
                last_start = end if before < 0 else start + before + 1
                end = start + block.rfind(b"\n") + 1
                count += newlines
        file.truncate(end)
        file.seek(last_start)
        return count, file.read(end - last_start) or None


def same_result(stored: bytes, fresh: bytes) -> bool:
    """Tell whether two result lines answer the same post with the same release."""
    try:
        then = orjson.loads(stored)
    except orjson.JSONDecodeError:
        return False
    now = orjson.loads(fresh)
    return _close(then, now) and (_flags(then) != _flags(now) or _codes(then) == _codes(now))


def _close(then: Any, now: Any) -> bool:
    if isinstance(then, dict) and isinstance(now, dict):
        # At a threshold, a hair's breadth turns the flag and with it the suggestion; between two
        # clauses that carry as much, it turns which is named.
        keys = (then.keys() | now.keys()) - {"flagged", "suggestion", "reasons"}
        return all(_close(then.get(key), now.get(key)) for key in keys)
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(_close, then, now))
    if isinstance(then, float) and isinstance(now, float):
        return abs(then - now) <= TOLERANCE
    return bool(then == now)


def _flags(result: dict[str, Any]) -> list[bool]:
    return [label["flagged"] for label in result.get("labels", ())]


def _codes(result: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in result.get("reasons", ())}
