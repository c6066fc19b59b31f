"""A text being rewritten that remembers which original code points each character came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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


class Trace:
    """The working state of the normaliser: a text and, for each character, its origin."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: Sequence[int] = range(len(text))
        self.ends: Sequence[int] = range(1, len(text) + 1)

    def map_characters(self, table: dict[str, str]) -> None:
        """Replace each character by `table[character]`: any length, also none."""
        pieces = [table[character] for character in self.text]
        text = "".join(pieces)
        if len(text) == len(self.text) and all(pieces):
            self.text = text
            return
        starts: list[int] = []
        ends: list[int] = []
        for piece, start, end in zip(pieces, self.starts, self.ends, strict=True):
            if piece:
                starts.extend([start] * len(piece))
                ends.extend([end] * len(piece))
        self.text, self.starts, self.ends = text, starts, ends

    def replace(self, pattern: regex.Pattern[str], replacement: Replacement) -> None:
        """Replace every match; a callable that answers None leaves its match as it is.

        Every character of a replacement comes from the whole match, unless the replacement is a
        subsequence of the match: then each character keeps its own origin. A last character that
        is new, such as the space after a topic, comes from what the others left of the match.
        """
        if pattern.search(self.text) is None:
            return
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            if new is None or new == match.group():
                continue
            begin, stop = match.span()
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

    def finish(self, original: str) -> Normalised:
        """Freeze the state; `original` is the text the trace was made from."""
        return Normalised(original, self.text, tuple(self.starts), tuple(self.ends))


def compiled(pattern: str, **names: Any) -> regex.Pattern[str]:
    """Compile a verbose pattern; `names` are put in place of `{name}`."""
    for name, value in names.items():
        pattern = pattern.replace("{" + name + "}", value)
    return regex.compile(pattern, regex.VERBOSE | regex.VERSION1)
