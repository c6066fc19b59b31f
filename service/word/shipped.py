"""The lists that come with Mingjian: `data/words/*.yaml`, read once and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError

from models.errors import InvalidInput
from service.wire import Wire
from service.word.entries import Draft, Entry, Reading, WordList, read_entry
from service.word.pattern import PatternError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "words"


class ShippedEntry(Wire):
    """One pattern of a file; tags and note of the file's group are added."""

    pattern: Annotated[str, Field(min_length=1)]
    note: str = ""


class ShippedGroup(Wire):
    """Patterns that share their tags and the reason why they are there."""

    tags: list[str]
    note: str
    patterns: list[str | ShippedEntry]


class ShippedList(Wire):
    """A file."""

    name: str
    kind: Literal["block", "review", "allow"]
    note: str
    groups: list[ShippedGroup]


def read_shipped(read: Reading, folder: Path = FOLDER) -> list[WordList]:
    """Return the shipped lists; raises InvalidInput that names the file and what is wrong."""
    return [_read_file(path, read) for path in sorted(folder.glob("*.yaml"))]


def _read_file(path: Path, read: Reading) -> WordList:
    try:
        form = ShippedList.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise InvalidInput(f"{path} is no word list: {error}") from None
    entries: dict[str, Entry] = {}
    for group in form.groups:
        for item in group.patterns:
            pattern, note = (item, "") if isinstance(item, str) else (item.pattern, item.note)
            draft = Draft(pattern, tuple(group.tags), note or group.note)
            try:
                # The id names the entry for people; nothing else refers to it.
                entry = read_entry(f"{form.name}-{len(entries) + 1}", draft, read)
            except PatternError as error:
                raise InvalidInput(f"{path}: {pattern!r} {error}") from None
            if entry.key in entries:
                raise InvalidInput(f"{path}: {pattern!r} stands there twice")
            entries[entry.key] = entry
    return WordList(form.name, form.kind, tuple(entries.values()), shipped=True, note=form.note)
