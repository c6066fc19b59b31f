"""A fixed set of entries with everything that finds them again: words, shingles, vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from service.debunk.lexical import Frequencies, LexicalIndex
from service.debunk.meaning import VectorIndex, Vectors
from service.debunk.nearness import NearIndex

PartKind = Literal["claim", "variant", "summary"]
# What an answer says beside the claim counts a little less than the claim itself.
WEIGHTS: dict[PartKind, float] = {"claim": 1.0, "variant": 1.0, "summary": 0.95}
CANDIDATES = 32


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


class Segment:
    """Searches a fixed set of items, each of one part at least.

    `frequencies` may come from a larger segment.
    """

    def __init__(self, items: Sequence[Item], frequencies: Frequencies | None = None) -> None:
        self.tokens = {item.id: item.token for item in items}
        self._ids = [item.id for item in items]
        parts = [(row, part) for row, item in enumerate(items) for part in item.parts]
        sizes = [len(item.parts) for item in items]
        self._part_starts = np.cumsum([0, *sizes[:-1]])
        self._weights = np.array([WEIGHTS[part.kind] for _, part in parts], np.float32)
        self._lexical = LexicalIndex([part.key for _, part in parts], frequencies)
        wordings = [(row, part.key) for row, part in parts if part.kind != "summary" and part.key]
        self._wordings = wordings
        self._near = NearIndex([key for _, key in wordings])
        held = [item.vectors for item in items if item.vectors is not None]
        sizes = [0 if item.vectors is None else len(item.vectors) for item in items]
        self._vectors = VectorIndex(np.vstack(held) if held else np.zeros((0, 1), np.float32))
        self._vector_owners = np.repeat(np.arange(len(items)), sizes)
        self._vector_starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def frequencies(self) -> Frequencies:
        """How often each pair of characters occurs in this segment."""
        return self._lexical.frequencies

    def search(self, query: Query, skip: frozenset[str] = frozenset()) -> list[Candidate]:
        """Return candidates in no order, without those in `skip`."""
        if not self._ids or not query.key:
            return []
        scores = self._lexical.scores(query.key) * self._weights
        lexical = np.maximum.reduceat(scores, self._part_starts)
        near = self._near_of(query.key)
        rows = {*self._most(lexical), *near}
        if query.views is not None:
            nearest = self._vectors.nearest(query.views, CANDIDATES)
            rows.update(self._vector_owners[nearest].tolist())
        chosen = [row for row in sorted(rows) if self._ids[row] not in skip]
        cosines = self._cosines(chosen, query.views)
        return [
            self._candidate(row, float(lexical[row]), cosine, near.get(row))
            for row, cosine in zip(chosen, cosines, strict=True)
        ]

    def _most(self, lexical: Vectors) -> list[int]:
        if len(lexical) > CANDIDATES:
            best = np.argpartition(-lexical, CANDIDATES)[:CANDIDATES]
        else:
            best = np.arange(len(lexical))
        found: list[int] = best[lexical[best] > 0].tolist()
        return found

    def _near_of(self, key: str) -> dict[int, Candidate]:
        """Return for each entry its wording that is nearest to the post."""
        found: dict[int, Candidate] = {}
        for near in self._near.find(key):
            row, wording = self._wordings[near.row]
            if row not in found:
                found[row] = Candidate(
                    self._ids[row], 0.0, None, near.containment, near.start, near.end, wording
                )
        return found

    def _cosines(self, rows: Sequence[int], wanted: Vectors | None) -> list[float | None]:
        """Return for each item the cosine of its nearest vector, None where it has none."""
        found: list[float | None] = [None] * len(rows)
        if wanted is None or not rows:
            return found
        begins, ends = self._vector_starts[rows], self._vector_starts[np.add(rows, 1)]
        there = np.flatnonzero(ends > begins)
        if len(there):
            sizes = (ends - begins)[there]
            firsts = np.cumsum(sizes) - sizes
            flat = np.arange(sizes.sum()) - np.repeat(firsts - begins[there], sizes)
            nearest = np.maximum.reduceat(self._vectors.cosine(flat, wanted), firsts)
            for place, cosine in zip(there.tolist(), nearest.tolist(), strict=True):
                found[place] = cosine
        return found

    def _candidate(
        self, row: int, lexical: float, cosine: float | None, near: Candidate | None
    ) -> Candidate:
        if near is None:
            return Candidate(self._ids[row], lexical, cosine)
        return Candidate(near.id, lexical, cosine, near.near, near.start, near.end, near.wording)
