"""Character n-grams as numbers, and an inverted index over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grams = NDArray[np.int64]
Rows = NDArray[np.int32]

# Code points need 21 bits, so that three of them are one exact number below 2**63.
BITS = 21
LONGEST = 3


def key_of(text: str) -> str:
    """Return the words of a normalised text, in lower case and without anything between them."""
    return "".join(filter(str.isalnum, text)).lower()


def positions_of(text: str) -> list[int]:
    """Return for each character of `key_of(text)` where it stands in `text`."""
    return [
        place
        for place, character in enumerate(text)
        if character.isalnum()
        for _ in character.lower()
    ]


def grams(key: str, length: int) -> Grams:
    """Return the n-grams of a key in their order; a shorter key is one gram by itself."""
    if not 1 <= length <= LONGEST:
        raise ValueError(f"n-grams of 1 to {LONGEST} characters have numbers, not of {length}")
    points = _points(key)
    length = min(length, len(points))
    if not length:
        return points
    count = len(points) - length + 1
    numbers = points[:count]
    for place in range(1, length):
        numbers = (numbers << BITS) | points[place : place + count]
    return numbers


def distinct(numbers: Grams) -> Grams:
    """Return each number once, in rising order: `numpy.unique` without what it costs on a few."""
    if len(numbers) < 2:
        return numbers
    found = np.sort(numbers)
    new = np.empty(len(found), np.bool_)
    new[0] = True
    np.not_equal(found[1:], found[:-1], out=new[1:])
    return found[new]


def _points(key: str) -> Grams:
    return np.frombuffer(key.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold which grams, and how often: `rows[starts[i]:starts[i + 1]]` hold `keys[i]`.

    `sizes`: distinct grams of each row; `lengths`: all grams of each row.
    """

    keys: Grams
    starts: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.float32]
    sizes: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @classmethod
    def build(cls, texts: Sequence[Grams]) -> Postings:
        """Index the grams of texts; row `i` is `texts[i]`."""
        pairs = [np.unique(text, return_counts=True) for text in texts]
        sizes = np.array([len(found) for found, _ in pairs], np.int64)
        flat = np.concatenate([found for found, _ in pairs] or [np.zeros(0, np.int64)])
        counts = np.concatenate([number for _, number in pairs] or [np.zeros(0, np.int64)])
        order = np.argsort(flat, kind="stable")
        keys, starts = np.unique(flat[order], return_index=True)
        return cls(
            keys=keys,
            starts=np.append(starts, len(flat)).astype(np.int64),
            rows=np.repeat(np.arange(len(texts), dtype=np.int32), sizes)[order],
            counts=counts[order].astype(np.float32),
            sizes=sizes.astype(np.float32),
            lengths=np.array([len(text) for text in texts], np.float32),
        )

    def find(self, wanted: Grams) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return for each of `wanted` its place in `keys`, and whether it is there."""
        if len(self.keys) == 0:
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
        places = self.keys.searchsorted(wanted)
        np.minimum(places, len(self.keys) - 1, out=places)
        return places, self.keys[places] == wanted

    def gather(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places in `rows` of all postings of `keys[places]`, one after the other."""
        begins = self.starts[places]
        return ranges(begins, self.starts[places + 1] - begins)


def ranges(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all ranges, each of which begins at `begins[i]` and has `sizes[i]`."""
    ends = sizes.cumsum()
    offsets = np.arange(ends[-1] if len(ends) else 0)
    found: NDArray[np.int64] = offsets + (begins + sizes - ends).repeat(sizes)
    return found
