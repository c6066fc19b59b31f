"""What a word list is made of, once it has been read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from models.normaliser import Normaliser
from service.word.pattern import Pattern, parse

Kind = Literal["block", "review", "allow"]
# Full-width letters, digits and signs as plain ones.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
Reading = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as somebody wrote it; `expires` is aware."""

    pattern: str
    tags: tuple[str, ...] = ()
    note: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: `read` is its pattern in normalised words.

    `literal` has, for a word that reads as another, how it was written: what a post writes without
    disguise around it is left as it is, and must be found as well.
    """

    id: str
    draft: Draft
    read: Pattern
    literal: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for every pattern that means the same."""
        return self.read.canonical()

    def active(self, now: datetime) -> bool:
        """Tell whether the entry has not expired."""
        return self.draft.expires is None or now < self.draft.expires


@dataclass(frozen=True, slots=True)
class WordList:
    """A named list; a shipped one cannot be changed over the API."""

    name: str
    kind: Kind
    entries: tuple[Entry, ...]
    shipped: bool = False
    note: str = ""


def lowered(text: str) -> str:
    """Return the text in lower case with every character in its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def plain(text: str) -> str:
    """Return a text in lower case and half width, every character in its place."""
    return lowered(text.translate(NARROW))


def reading(normaliser: Normaliser) -> Reading:
    """Return the function that reads a word as the posts around it are read."""

    def read(word: str) -> str:
        return lowered(normaliser(word).text).strip()

    return read


def read_entry(identity: str, draft: Draft, read: Reading) -> Entry:
    """Read the pattern of a draft; raises PatternError that says what is wrong with it."""
    written = parse(draft.pattern)
    readings = {word: read(word) for word in written.words}
    pattern = written.read(readings.__getitem__)
    literal = {form: plain(word) for word, form in readings.items() if form != plain(word)}
    return Entry(identity, draft, pattern, literal)
