"""What the normaliser did to a text, told for people: written, read as, by which transforms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.normaliser.tables import tables
from models.normaliser.trace import Edit, Normalised, Trace

# Transforms that undo a disguise; the others (fold, simplify, link, …) read ordinary writing.
DISGUISES = frozenset(
    {
        "abbreviation",
        "confusable",
        "emoji",
        "homophone",
        "martian",
        "number",
        "pinyin",
        "separator",
        "shape",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One place that reads otherwise than it is written; `start:end` counts original code points.

    `reads` is empty where something was dropped. `transforms` stand in the order they fired.
    """

    start: int
    end: int
    written: str
    reads: str
    transforms: tuple[str, ...]

    @property
    def disguised(self) -> bool:
        """Whether a disguise was undone here, rather than ordinary writing read."""
        return not DISGUISES.isdisjoint(self.transforms)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A normalised text together with every change that led to it, in order of place."""

    normalised: Normalised
    changes: tuple[Change, ...]

    def within(self, start: int, end: int) -> tuple[Change, ...]:
        """Return the changes that touch `start:end` of the original."""
        return tuple(c for c in self.changes if c.start < end and start < c.end)


class Recorder(Trace):
    """A trace that also keeps which original places each edit touched."""

    __slots__ = ("original", "places")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.original = text
        self.places: list[tuple[int, int, str]] = []

    def note(self, edit: Edit) -> None:
        """Keep the original place of an edit."""
        if edit.begin < edit.stop:
            start, end = self.starts[edit.begin], self.ends[edit.stop - 1]
            self.places.append((start, end, edit.transform))

    def note_pieces(self, pieces: Sequence[str], transform: str) -> None:
        """Keep the original place of every character that reads otherwise."""
        for place, (before, after) in enumerate(zip(self.text, pieces, strict=True)):
            if before != after:
                name = transform if transform != "fold" else kind_of(before)
                self.places.append((self.starts[place], self.ends[place], name))

    def explain(self) -> Explanation:
        """Join places that overlap and say how each reads in the end."""
        normalised = self.finish(self.original)
        changes = tuple(
            Change(start, end, self.original[start:end], reads, names)
            for start, end, names in joined(self.places)
            if (reads := reading(normalised, start, end)) != self.original[start:end]
        )
        return Explanation(normalised, changes)


def joined(places: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield unions of overlapping places with the names met there, in the order they fired."""
    order = sorted(range(len(places)), key=lambda index: places[index][:2])
    begin = stop = -1
    members: list[int] = []
    for index in [*order, None]:
        if index is not None and places[index][0] < stop:
            stop = max(stop, places[index][1])
            members.append(index)
            continue
        if members:
            yield begin, stop, tuple(dict.fromkeys(places[member][2] for member in sorted(members)))
        if index is not None:
            begin, stop, members = places[index][0], places[index][1], [index]


def reading(normalised: Normalised, start: int, end: int) -> str:
    """Return the characters of the normalised text that were read from within `start:end`."""
    places = zip(normalised.text, normalised.starts, normalised.ends, strict=True)
    return "".join(character for character, s, e in places if start <= s and e <= end)


def kind_of(character: str) -> str:
    """Name the transform of a folded character by what it is."""
    if character in tables().characters:
        return tables().characters[character][1]
    code = ord(character)
    if 0x1F100 <= code < 0x1FB00 or code == 0x20E3:
        return "emoji"
    return "invisible" if unicodedata.category(character).startswith("C") else "fold"
