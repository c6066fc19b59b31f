"""JSON files of a release: read with an error that says which file, written the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from models.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

_WRITE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a release's file.

    Raises ReleaseError when it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReleaseError(
            f"{path} cannot be read ({error.strerror}); fetch or export the release again"
        ) from error


def read_json(path: Path) -> Any:
    """Return the value in a JSON file of a release.

    Raises ReleaseError when it is missing or not JSON.
    """
    content = read_bytes(path)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ReleaseError(
            f"{path} is not JSON ({error}); fetch or export the release again"
        ) from error


def read_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file of a release; raises ReleaseError as `read_json`."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise ReleaseError(f"{path} must hold a JSON object; export the release again")
    return value


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, in the order of its keys."""
    path.write_bytes(orjson.dumps(value, option=_WRITE))
