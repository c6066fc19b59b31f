"""Nearly the same words: how much of a known wording stands in a post, and where.

Shingles are character 3-grams (Broder 1997). The containment of a wording is the share of its
shingles that a passage of the post has; a passage is little longer than the wording, so that the
words of a long article do not add up to a claim it never makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.debunk.grams import Grams, Postings, distinct, grams

SHINGLE = 3
# A passage may be this much longer than the wording, and a few characters more.
STRETCH, SLACK = 1.5, 6
# Wordings that share fewer of their shingles with the whole post are not looked at.
LEAST = 0.5
MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Near:
    """A wording found in a post: `row` of the index, containment in [0, 1], where in the key."""

    row: int
    containment: float
    start: int
    end: int


class NearIndex:
    """Finds wordings that a post repeats; immutable."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._postings = Postings.build([grams(key, SHINGLE) for key in keys])
        self._keys = keys
        # Of a wording without any shingle there is nothing to be found.
        self._least = np.maximum(1, np.ceil(LEAST * self._postings.sizes)).astype(np.int64)

    def find(self, key: str) -> list[Near]:
        """Return the wordings that a post has at least by LEAST, the best first."""
        shingles = grams(key, SHINGLE)
        places, there = self._postings.find(distinct(shingles))
        if not there.any():
            return []
        at = self._postings.gather(places[there])
        shared = np.bincount(self._postings.rows[at], minlength=len(self._least))
        rows = np.flatnonzero(shared >= self._least)
        if len(rows) > MOST_CANDIDATES:
            share = shared[rows] / self._postings.sizes[rows]
            rows = rows[np.argsort(-share, kind="stable")[:MOST_CANDIDATES]]
        found = [self._locate(row, key, shingles) for row in rows.tolist()]
        return sorted((near for near in found if near.containment >= LEAST), key=_best_first)

    def _locate(self, row: int, key: str, shingles: Grams) -> Near:
        words = self._keys[row]
        wording = np.unique(grams(words, SHINGLE))
        matched = np.isin(shingles, wording)
        start, end, shared = densest(matched, shingles, len(words))
        start, end = widened(key, words, start, min(end, len(key)))
        return Near(row, shared / len(wording), start, end)


def widened(key: str, words: str, start: int, end: int) -> tuple[int, int]:
    """Widen a passage by what the wording has before and after the shingles they share.

    One character more is taken there, so that a 不 put into the wording lies inside.
    """
    before = words.find(key[start : start + SHINGLE])
    last = words.rfind(key[max(start, end - SHINGLE) : end])
    after = len(words) - last - SHINGLE if last >= 0 else 0
    lead = before + 1 if before > 0 else 0
    tail = after + 1 if after > 0 else 0
    return max(0, start - lead), min(len(key), end + tail)


def resemblance(first: str, second: str) -> float:
    """Return the share of shingles that two keys have in common of all that either has."""
    one, other = set(grams(first, SHINGLE).tolist()), set(grams(second, SHINGLE).tolist())
    return len(one & other) / len(one | other) if one | other else 1.0


def densest(matched: NDArray[np.bool_], shingles: Grams, length: int) -> tuple[int, int, int]:
    """Return the passage with most of the matched shingles: start, end, distinct shingles.

    `matched` tells for each of `shingles` whether the wording of `length` characters has it; the
    passage begins and ends with such a shingle and is at most STRETCH times as long as the wording.
    """
    places = np.flatnonzero(matched)
    room = int(length * STRETCH) + SLACK
    stops = np.searchsorted(places, places + room)
    first = int(np.argmax(stops - np.arange(len(places))))
    inside = places[first : stops[first]]
    distinct = len(np.unique(shingles[inside]))
    return int(inside[0]), int(inside[-1]) + SHINGLE, distinct


def _best_first(near: Near) -> tuple[float, int]:
    return -near.containment, near.row
