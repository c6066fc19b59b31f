"""Nearest vectors by cosine: exact where there are few, by a graph (HNSW) where there are many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

# Up to here the exact answer takes about a millisecond.
EXACT = 6_000
# Neighbours a node keeps, and how widely the graph is searched when it is built and asked.
CONNECTIVITY, WIDTH_BUILDING, WIDTH_ASKING = 16, 96, 96


class VectorIndex:
    """Finds the nearest of a fixed set of vectors [n, width] of length 1."""

    def __init__(self, vectors: Vectors, exact: int = EXACT) -> None:
        self._vectors: NDArray[np.floating] = vectors
        self._graph: Index | None = None
        if len(vectors) > exact:
            # Half the room; what the graph finds is compared again with these.
            self._vectors = vectors.astype(np.float16)
            self._graph = Index(
                ndim=vectors.shape[1],
                metric="ip",
                dtype="i8",
                connectivity=CONNECTIVITY,
                expansion_add=WIDTH_BUILDING,
                expansion_search=WIDTH_ASKING,
            )
            self._graph.add(np.arange(len(vectors)), vectors, threads=1)

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def exact(self) -> bool:
        """Tell whether every vector is compared."""
        return self._graph is None

    def nearest(self, queries: Vectors, count: int) -> Rows:
        """Return rows that are among the `count` nearest of any of `queries` [m, width]."""
        if self._graph is not None:
            found = [self._graph.search(query, count, threads=1).keys for query in queries]
            return np.unique(np.concatenate(found)).astype(np.int64)
        if len(self._vectors) <= count:
            return np.arange(len(self._vectors))
        return self.cosine(None, queries).argpartition(-count)[-count:]

    def cosines(self, queries: Sequence[Vectors]) -> list[Vectors]:
        """Return for each of `queries` [m, width] the cosine of every vector with its nearest row.

        One product for all of them: the vectors pass through the processor once.
        """
        if len(queries) == 1:
            return [_nearest(queries[0] @ self._vectors.T)]
        compared = np.vstack(queries) @ self._vectors.T
        ends = np.cumsum([len(query) for query in queries])[:-1]
        return [_nearest(table) for table in np.split(compared, ends)]

    def cosine(self, rows: Rows | None, queries: Vectors) -> Vectors:
        """Return the cosine of each of `rows`, or of all, with its nearest query."""
        if rows is None:
            return _compared(self._vectors, queries)
        return _compared(self._vectors[rows].astype(np.float32), queries)


def _nearest(table: Vectors) -> Vectors:
    found: Vectors = table[0] if len(table) == 1 else table.max(axis=0)
    return found


def _compared(vectors: NDArray[np.floating], queries: Vectors) -> Vectors:
    found: Vectors = vectors @ queries[0] if len(queries) == 1 else (vectors @ queries.T).max(1)
    return found


def normalised(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def views(windows: Vectors) -> Vectors:
    """Return what a post is compared by: the mean of its windows and, if several, each window."""
    windows = np.atleast_2d(windows)
    if len(windows) == 1:
        return windows
    return np.vstack([normalised(windows.mean(axis=0, keepdims=True)), windows])
