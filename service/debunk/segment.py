"""A fixed set of entries with everything that finds them again: words, shingles, vectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from service.debunk.closer import Rarity
from service.debunk.grams import distinct, grams, ranges
from service.debunk.lexical import PAIR, Frequencies, LexicalIndex, most
from service.debunk.meaning import Rows, VectorIndex, Vectors
from service.debunk.nearness import Near, NearIndex

PartKind = Literal["claim", "variant", "summary"]
# What an answer says beside the claim counts a little less than the claim itself.
WEIGHTS: dict[PartKind, float] = {"claim": 1.0, "variant": 1.0, "summary": 0.95}
CANDIDATES = 32
# Texts that share most words with a post; some belong to one entry.
PARTS = 2 * CANDIDATES
# Of so few entries all are compared: choosing would cost more.
FEW = 1_000

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Part:
    """One text of an entry: its words as `grams.key_of` gives them."""

    kind: PartKind
    key: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is searched; `vectors` [n, width] are None until they have been computed.

    Two items with the same `id` and `token` are the same.
    """

    id: str
    revision: str
    parts: tuple[Part, ...]
    vectors: Vectors | None = None

    @property
    def token(self) -> tuple[str, bool]:
        """What changes when the item must be indexed again."""
        return self.revision, self.vectors is not None


@dataclass(frozen=True, slots=True)
class Query:
    """A post as it is searched: its words, and what its meaning is compared by [views, width]."""

    key: str
    views: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer a query.

    `near` is the containment of its best wording in the post and `start`, `end` where in the key
    (0 without any); `wording` is the key of that wording. `lexical` and `cosine` are at their best
    over the entry's texts; `cosine` is None while either side has no embedding.
    """

    id: str
    lexical: float
    cosine: float | None
    near: float = 0.0
    start: int = 0
    end: int = 0
    wording: str = ""


# Tells of entries by lexical score and cosine (NaN: none), both [n], which are worth telling.
Worth = Callable[[Scores, Scores], NDArray[np.bool_]]


class Segment:
    """Searches a fixed set of items, each of one part at least.

    `frequencies` may come from a larger segment.
    """

    def __init__(self, items: Sequence[Item], frequencies: Frequencies | None = None) -> None:
        self.tokens = {item.id: item.token for item in items}
        self._ids = [item.id for item in items]
        parts = [(row, part) for row, item in enumerate(items) for part in item.parts]
        self._part_owners = np.array([row for row, _ in parts], np.int64)
        self._part_starts = _starts([len(item.parts) for item in items])
        weights = np.array([WEIGHTS[part.kind] for _, part in parts], np.float32)
        self._lexical = LexicalIndex([part.key for _, part in parts], frequencies, weights)
        # Like the frequencies of pairs: what little a small segment knows is not asked.
        self.rarity = Rarity.of(() if frequencies else (part.key for _, part in parts))
        wordings = [(row, part.key) for row, part in parts if part.kind != "summary" and part.key]
        self._wordings = wordings
        self._near = NearIndex([key for _, key in wordings])
        held = [item.vectors for item in items if item.vectors is not None]
        sizes = [0 if item.vectors is None else len(item.vectors) for item in items]
        self._vectors = VectorIndex(np.vstack(held) if held else np.zeros((0, 1), np.float32))
        self._vector_owners = np.repeat(np.arange(len(items)), sizes)
        self._vector_starts = _starts(sizes)
        self._holds = np.array(sizes, np.int64) > 0
        self._few = len(items) <= FEW and self._vectors.exact

    @property
    def frequencies(self) -> Frequencies:
        """How often each pair of characters occurs in this segment."""
        return self._lexical.frequencies

    def search(
        self,
        queries: Sequence[Query],
        skip: frozenset[str] = frozenset(),
        worth: Worth | None = None,
    ) -> list[list[Candidate]]:
        """Return candidates of each query in no order, without those in `skip`.

        With `worth`, only those that it tells of and those whose words the query repeats.
        """
        if not self._ids:
            return [[] for _ in queries]
        return [
            self._search(query, compared, skip, worth)
            for query, compared in zip(queries, self._compared(queries), strict=True)
        ]

    def _search(
        self, query: Query, compared: Vectors | None, skip: frozenset[str], worth: Worth | None
    ) -> list[Candidate]:
        if not query.key:
            return []
        totals, best = self._lexical.totals(grams(query.key, PAIR))
        near = self._near_of(query.key)
        repeated = np.array([*near], np.int64)
        if self._few:
            rows = np.arange(len(self._ids))
        else:
            worded = self._part_owners[most(totals, PARTS)]
            rows = distinct(np.concatenate([worded, repeated, self._meant(query.views)]))
        lexical = _best_of(totals, self._part_starts, rows) / best
        cosines = self._cosines(rows, query.views, compared)
        if worth is not None:
            told = worth(lexical, cosines)
            if near:
                told |= np.isin(rows, repeated)
            rows, lexical, cosines = rows[told], lexical[told], cosines[told]
        table = zip(rows.tolist(), lexical.tolist(), cosines.tolist(), strict=True)
        return [
            self._candidate(row, score, cosine, near.get(row))
            for row, score, cosine in table
            if self._ids[row] not in skip
        ]

    def _meant(self, wanted: Vectors | None) -> Rows:
        if wanted is None or not len(self._vectors):
            return np.zeros(0, np.int64)
        return self._vector_owners[self._vectors.nearest(wanted, CANDIDATES)]

    def _near_of(self, key: str) -> dict[int, tuple[Near, str]]:
        """Return for each entry its wording that is nearest to the post."""
        found: dict[int, tuple[Near, str]] = {}
        for near in self._near.find(key):
            row, wording = self._wordings[near.row]
            found.setdefault(row, (near, wording))
        return found

    def _compared(self, queries: Sequence[Query]) -> list[Vectors | None]:
        """Return the cosine of every vector with each query, where there are few vectors."""
        meant = [query.views for query in queries if query.views is not None]
        if not meant or not self._few or not len(self._vectors):
            return [None] * len(queries)
        found = iter(self._vectors.cosines(meant))
        return [None if query.views is None else next(found) for query in queries]

    def _cosines(self, rows: Rows, wanted: Vectors | None, compared: Vectors | None) -> Scores:
        """Return for each item the cosine of its nearest vector, NaN where it has none."""
        found = np.full(len(rows), np.nan, np.float32)
        if wanted is None or not len(self._vectors):
            return found
        there = self._holds[rows]
        held = rows[there]
        if compared is not None:
            found[there] = _best_of(compared, self._vector_starts, held)
        elif len(held):
            begins = self._vector_starts[held]
            sizes = self._vector_starts[held + 1] - begins
            compared = self._vectors.cosine(ranges(begins, sizes), wanted)
            found[there] = np.maximum.reduceat(compared, sizes.cumsum() - sizes)
        return found

    def _candidate(
        self, row: int, lexical: float, cosine: float, near: tuple[Near, str] | None
    ) -> Candidate:
        meant = None if math.isnan(cosine) else cosine
        if near is None:
            return Candidate(self._ids[row], lexical, meant)
        place, wording = near
        return Candidate(
            self._ids[row], lexical, meant, place.containment, place.start, place.end, wording
        )


def _starts(sizes: Sequence[int]) -> Rows:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)


def _best_of(values: NDArray[np.floating], starts: Rows, rows: Rows) -> NDArray[np.floating]:
    """Return the largest of `values[starts[row]:starts[row + 1]]`, never empty, for each row."""
    if not len(rows):
        return values[:0]
    if len(rows) == len(starts) - 1:
        every: NDArray[np.floating] = np.maximum.reduceat(values[: starts[-1]], starts[:-1])
        return every
    begins = starts[rows]
    sizes = starts[rows + 1] - begins
    best: NDArray[np.floating] = np.maximum.reduceat(
        values[ranges(begins, sizes)], sizes.cumsum() - sizes
    )
    return best
