"""How many of a query's telling characters a known text has: BM25 on character pairs.

Robertson and Zaragoza 2009, divided by the best that any text could reach for the query, which puts
scores of different queries and libraries on one scale from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.debunk.grams import Grams, Postings, distinct, grams

PAIR = 2
K1, B = 4.0, 1.0
# Of a long post the rarest pairs say what it is about; common ones cost most and tell least.
MOST_PAIRS = 160
# A rare pair says more than a library of a hundred entries can know.
LEAST_TEXTS = 2_000

# Sums are looked through by the largest of each block where there are more than FLAT.
BLOCK, FLAT = 64, 4_096

Scores = NDArray[np.float32]
Totals = NDArray[np.float64]


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
    """Scores texts for a query; immutable. `frequencies` may come from a larger index.

    `weights` in (0, 1] lower the scores of texts that count less than others.
    """

    def __init__(
        self,
        keys: Sequence[str],
        frequencies: Frequencies | None = None,
        weights: Scores | None = None,
    ) -> None:
        self._postings = Postings.build([grams(key, PAIR) for key in keys])
        held = np.diff(self._postings.starts)
        average = float(self._postings.lengths.mean()) if len(keys) else 1.0
        self._borrowed = frequencies is not None
        self.frequencies = frequencies or Frequencies(
            self._postings.keys, held.astype(np.float32), len(keys), max(1.0, average)
        )
        self._idf = self.frequencies.idf(self._postings.keys)
        self._unknown = float(self.frequencies.idf(np.full(1, -1))[0])
        rows, counts = self._postings.rows, self._postings.counts
        norms = 1 - B + B * self._postings.lengths / self.frequencies.length
        gains = counts * (K1 + 1) / (counts + K1 * norms[rows]) * self._idf.repeat(held)
        self._gains = gains if weights is None else gains * weights[rows]
        self._room = -(-len(keys) // BLOCK) * BLOCK

    def scores(self, key: str) -> Scores:
        """Return the score in [0, 1) of every text for a query."""
        totals, best = self.totals(grams(key, PAIR))
        return (totals[: len(self._postings.sizes)] / best).astype(np.float32)

    def totals(self, pairs: Grams) -> tuple[Totals, float]:
        """Return the sums of every text for the pairs of a query, and the best that could be.

        A score is the one divided by the other. Zeros fill the sums up to whole blocks (`most`).
        """
        wanted = distinct(pairs)
        places, there = self._postings.find(wanted)
        if self._borrowed or len(self._idf) == 0:
            weights = self.frequencies.idf(wanted)
        else:
            weights = np.where(there, self._idf[places], np.float32(self._unknown))
        if len(wanted) > MOST_PAIRS:
            kept = np.argpartition(-weights, MOST_PAIRS)[:MOST_PAIRS]
            places, there, weights = places[kept], there[kept], weights[kept]
        at = self._postings.gather(places[there])
        rows, gains = self._postings.rows[at], self._gains[at]
        totals = np.asarray(np.bincount(rows, gains, minlength=self._room), np.float64)
        return totals, float(weights.sum()) * (K1 + 1) or 1.0


def most(totals: Totals | Scores, count: int) -> NDArray[np.int64]:
    """Return the places of the `count` largest of `totals` above 0, in no order.

    Of many, the largest lie in the blocks that have the largest.
    """
    if len(totals) <= FLAT:
        return _most(totals, count)
    blocks = _most(totals.reshape(-1, BLOCK).max(axis=1), count)
    places = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    return places[_most(totals[places], count)]


def _most(totals: Totals | Scores, count: int) -> NDArray[np.int64]:
    if len(totals) <= count:
        return np.flatnonzero(totals > 0)
    best = totals.argpartition(-count)[-count:]
    return best[totals[best] > 0]
