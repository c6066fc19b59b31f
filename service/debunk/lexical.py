"""How many of a query's telling characters a known text has: BM25 on character pairs.

Robertson and Zaragoza 2009, divided by the best that any text could reach for the query, which puts
scores of different queries and libraries on one scale from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.debunk.grams import Grams, Postings, grams

PAIR = 2
K1, B = 4.0, 1.0
# Of a long post the rarest pairs say what it is about; common ones cost most and tell least.
MOST_PAIRS = 160
# A rare pair says more than a library of a hundred entries can know.
LEAST_TEXTS = 2_000

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many of `texts` texts hold each of `keys`, and how long a text is on average."""

    keys: Grams
    counts: NDArray[np.float32]
    texts: int
    length: float

    def idf(self, wanted: Grams) -> Scores:
        """Return the weight of pairs: the higher, the fewer texts hold it."""
        total = max(self.texts, LEAST_TEXTS)
        counts = np.zeros(len(wanted), np.float32)
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            there = self.keys[places] == wanted
            counts[there] = self.counts[places[there]]
        return np.log1p((total - counts + 0.5) / (counts + 0.5)).astype(np.float32)


class LexicalIndex:
    """Scores texts for a query; immutable. `frequencies` may come from a larger index."""

    def __init__(self, keys: Sequence[str], frequencies: Frequencies | None = None) -> None:
        self._postings = Postings.build([grams(key, PAIR) for key in keys])
        held = np.diff(self._postings.starts).astype(np.float32)
        average = float(self._postings.lengths.mean()) if len(keys) else 1.0
        self.frequencies = frequencies or Frequencies(
            self._postings.keys, held, len(keys), max(1.0, average)
        )
        norms = 1 - B + B * self._postings.lengths / self.frequencies.length
        counts = self._postings.counts
        self._gains = counts * (K1 + 1) / (counts + K1 * norms[self._postings.rows])

    def scores(self, key: str) -> Scores:
        """Return the score in [0, 1) of every text for a query."""
        wanted = np.unique(grams(key, PAIR))
        weights = self.frequencies.idf(wanted)
        if len(wanted) > MOST_PAIRS:
            kept = np.argpartition(-weights, MOST_PAIRS)[:MOST_PAIRS]
            wanted, weights = wanted[kept], weights[kept]
        places, there = self._postings.find(wanted)
        at, owners = self._postings.gather(places[there])
        gains = self._gains[at] * weights[there][owners]
        rows = len(self._postings.sizes)
        total = np.bincount(self._postings.rows[at], gains, minlength=rows)
        best = float(weights.sum()) * (K1 + 1)
        return (total / best if best else total).astype(np.float32)
