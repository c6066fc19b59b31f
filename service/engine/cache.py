"""What the model said before: the same window is not read twice, by two requests or in a row."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from models.windows import TokenIds

Vector = NDArray[np.float32]
# Python's own bookkeeping of an entry, beside key and numbers, in bytes (measured).
OVERHEAD = 500


class Known(NamedTuple):
    """What the model said of a window: `logits` [labels], `embedding` [width], `size` in bytes."""

    logits: Vector
    embedding: Vector
    size: int


class ScoreCache:
    """Keeps the windows read last, at most `limit` bytes of them; 0 keeps none.

    Keys name the release, its precision and the token ids, so one cache serves releases that follow
    each other and a wording that is normalised alike. What is kept are the very numbers.
    """

    def __init__(self, limit: int) -> None:
        self._entries: LRUCache[bytes, Known] = LRUCache(limit, getsizeof=_size_of)
        self.on = limit > 0

    @property
    def used(self) -> int:
        """Bytes in use, key and bookkeeping included."""
        return int(self._entries.currsize)

    def find(self, key: bytes) -> Known | None:
        """Return what is known of a window."""
        return self._entries.get(key)

    def keep(self, key: bytes, logits: Vector, embedding: Vector) -> None:
        """Keep copies of what the model said of a window; something older may go for it."""
        size = len(key) + logits.nbytes + embedding.nbytes + OVERHEAD
        if size <= self._entries.maxsize:
            self._entries[key] = Known(logits.copy(), embedding.copy(), size)


def key_of(model: bytes, window: TokenIds) -> bytes:
    """Return the name of a window to one model."""
    return model + array("i", window).tobytes()


def _size_of(known: Known) -> int:
    return known.size
