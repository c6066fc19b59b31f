r"""The language of patterns: `A&B~C` means that A and B occur and C does not.

    pattern = group { "&" group | "~" group }
    group   = word { "|" word }

`|` binds tightest: `加微信|加QQ&兼职~招聘会` needs one of the first two, and 兼职, and no 招聘会. A
backslash takes `&`, `~`, `|` or itself as they are written. White space around a word is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 200
MOST_WORDS = 32
OPERATORS = "&~|"
ESCAPE = "\\"


class PatternError(ValueError):
    """The pattern cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every group of `needed` has a word that occurs, and no word of `barred` does."""

    needed: tuple[tuple[str, ...], ...]
    barred: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, those needed first."""
        return (*(word for group in self.needed for word in group), *self.barred)

    @property
    def plain(self) -> bool:
        """Tell whether it is words alone: no `&`, no `~`."""
        return len(self.needed) == 1 and not self.barred

    def read(self, reading: Callable[[str], str]) -> Pattern:
        """Return the pattern with every word as `reading` gives it, repeats dropped.

        Raises PatternError for a word of which nothing is left, and for one that is both needed
        and barred.
        """
        read = Pattern(
            tuple(_unique(_read(word, reading) for word in group) for group in self.needed),
            _unique(_read(word, reading) for word in self.barred),
        )
        for group in read.needed:
            if set(group) <= set(read.barred):
                raise PatternError(f"{'|'.join(group)} must occur and must not occur: never true")
        return read

    def canonical(self) -> str:
        """Return the one way to write every pattern that means the same."""
        needed = sorted({"|".join(sorted(map(escape, group))) for group in self.needed})
        return "~".join(["&".join(needed), *sorted(map(escape, self.barred))])


def parse(text: str) -> Pattern:
    """Read a pattern as written; raises PatternError that says what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        raise PatternError(f"has {len(text):,} characters; at most {MOST_CHARACTERS} are read")
    if "\n" in text or "\r" in text:
        raise PatternError("holds a line break; write one pattern an entry, and close every quote")
    if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text):
        raise PatternError("holds a control character or half of a surrogate pair")
    needed: list[tuple[str, ...]] = []
    barred: list[str] = []
    for operator, group in _groups(text):
        if operator == "~":
            barred += group
        else:
            needed.append(group)
    pattern = Pattern(tuple(needed), tuple(barred))
    if len(pattern.words) > MOST_WORDS:
        raise PatternError(f"has {len(pattern.words)} words; at most {MOST_WORDS} are read")
    return pattern


def escape(word: str) -> str:
    """Write a word so that `parse` reads it as one word."""
    return "".join(ESCAPE + c if c in OPERATORS + ESCAPE else c for c in word)


def _groups(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each group with the operator before it; the first has `&`."""
    operator, words = "&", [""]
    for kind, character in _tokens(text):
        if kind != "operator":
            words[-1] += character
        elif character == "|":
            words.append("")
        else:
            yield operator, _stripped(words, text)
            operator, words = character, [""]
    yield operator, _stripped(words, text)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    characters = iter(text)
    for character in characters:
        if character == ESCAPE:
            escaped = next(characters, "")
            if not escaped or escaped not in OPERATORS + ESCAPE:
                raise PatternError(
                    "has a \\ that stands before none of & ~ | \\; write \\\\ for one"
                )
            yield "character", escaped
        else:
            yield ("operator" if character in OPERATORS else "character"), character


def _stripped(words: list[str], text: str) -> tuple[str, ...]:
    stripped = tuple(word.strip() for word in words)
    if not text.strip():
        raise PatternError("is empty; write at least one word")
    if not all(stripped):
        if text.lstrip().startswith("~"):
            raise PatternError("begins with ~; write the word that must occur first: A~C")
        raise PatternError("lacks a word beside & ~ or |; write \\& \\~ \\| for the characters")
    return stripped


def _read(word: str, reading: Callable[[str], str]) -> str:
    read = reading(word)
    if not read:
        raise PatternError(f"{word}: nothing is left of it after normalisation, so nothing matches")
    return read


def _unique(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
