"""A text being rewritten that remembers which original code points each character came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import regex

Replacement = str | Callable[["regex.Match[str]"], str | None]


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; character `i` of `text` was read from `original[starts[i]:ends[i]]`."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a half-open range of `text` to the half-open range of `original` it was read from.

        An empty range maps to an empty range. Raises IndexError outside `0 <= start <= end <= len`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"span {start}:{end} lies outside a text of {len(self.text)}")
        if start == end:
            position = self.starts[start] if start < len(self.text) else len(self.original)
            return position, position
        return self.starts[start], self.ends[end - 1]


class Edit(NamedTuple):
    """Put `new` in the place of `text[begin:stop]`; `transform` names the reason."""

    begin: int
    stop: int
    new: str
    transform: str


class Trace:
    """The working state of the normaliser: a text and, for each character, its origin."""

    __slots__ = ("ends", "restless", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.restless = False  # whether something was undone that may have hidden something else
        self.starts: Sequence[int] = range(len(text))
        self.ends: Sequence[int] = range(1, len(text) + 1)

    def map_characters(self, table: Mapping[str, str], transform: str = "fold") -> None:
        """Replace each character by `table[character]`: any length, also none."""
        pieces = list(map(table.__getitem__, self.text))
        text = "".join(pieces)
        if text == self.text:
            return
        if len(text) == len(self.text) and all(pieces):
            self.rewrite(text, transform)
            return
        self.note_pieces(pieces, transform)
        starts: list[int] = []
        ends: list[int] = []
        for piece, start, end in zip(pieces, self.starts, self.ends, strict=True):
            if piece:
                starts.extend([start] * len(piece))
                ends.extend([end] * len(piece))
        self.text, self.starts, self.ends = text, starts, ends

    def rewrite(self, text: str, transform: str) -> None:
        """Take over `text`, which is as long as the present one, character for character."""
        if text != self.text:
            self.note_pieces(text, transform)
            self.text = text

    def replace(
        self, pattern: regex.Pattern[str], replacement: Replacement, transform: str = "fold"
    ) -> bool:
        """Replace every match; a callable that answers None leaves its match as it is.

        Return whether anything was replaced. Where the new characters come from: see `substitute`.
        """
        if pattern.search(self.text) is None:
            return False
        edits = []
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            if new is not None and new != match.group():
                edits.append(Edit(*match.span(), new, transform))
        self.substitute(edits)
        return bool(edits)

    def substitute(self, edits: Sequence[Edit]) -> None:
        """Carry out edits that stand in order and do not overlap.

        Every new character comes from the whole replaced part, unless the new text is a
        subsequence of it: then each character keeps its own origin. A last character that is new,
        such as the space after a topic, comes from what the others left of the part.
        """
        if not edits:
            return
        self.restless = True
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for edit in edits:
            begin, stop, new, _ = edit
            self.note(edit)
            text.append(self.text[last:begin])
            starts.extend(self.starts[last:begin])
            ends.extend(self.ends[last:begin])
            text.append(new)
            for start, end in self._origins(new, begin, stop):
                starts.append(start)
                ends.append(end)
            last = stop
        text.append(self.text[last:])
        starts.extend(self.starts[last:])
        ends.extend(self.ends[last:])
        self.text, self.starts, self.ends = "".join(text), starts, ends

    def _origins(self, new: str, begin: int, stop: int) -> list[tuple[int, int]]:
        kept: list[tuple[int, int]] = []
        position = begin
        for place, character in enumerate(new, start=1):
            found = self.text.find(character, position, stop)
            if found >= 0:
                kept.append((self.starts[found], self.ends[found]))
                position = found + 1
            elif place == len(new) and begin < position < stop:
                kept.append((self.starts[position], self.ends[stop - 1]))
            else:
                return [(self.starts[begin], self.ends[stop - 1])] * len(new)
        return kept

    def keep(self, begin: int, stop: int) -> None:
        """Drop everything outside `begin:stop`."""
        self.restless = True  # what begins the text now may read otherwise there
        self.text = self.text[begin:stop]
        self.starts, self.ends = self.starts[begin:stop], self.ends[begin:stop]

    def note(self, edit: Edit) -> None:
        """Take notice of an edit about to be made; here nothing is kept, which costs least."""

    def note_pieces(self, pieces: Sequence[str], transform: str) -> None:
        """Take notice of what each character is about to be read as."""

    def finish(self, original: str) -> Normalised:
        """Freeze the state; `original` is the text the trace was made from."""
        return Normalised(original, self.text, tuple(self.starts), tuple(self.ends))


def compiled(pattern: str, **names: Any) -> regex.Pattern[str]:
    """Compile a verbose pattern; `names` are put in place of `{name}`."""
    for name, value in names.items():
        pattern = pattern.replace("{" + name + "}", value)
    return regex.compile(pattern, regex.VERBOSE | regex.VERSION1)
