"""Batches of windows: rows of one padded length together, each batch bounded by padded tokens."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# Short rows are most of what is posted: a coarser step would pad them most. Steps of 8 and 16 pad
# 9 % of the tokens of ordinary posts, one of 32 pads 24 %; finer ones leave batches too few rows.
SHORT, SHORT_STEP, STEP = 64, 8, 16
MAX_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows (positions in the planned sequence) that are padded to `length` tokens."""

    length: int
    rows: tuple[int, ...]


def bucket_of(length: int) -> int:
    """Return the padded length of a row: the next multiple of 8 up to 64, of 16 beyond, at least 8.

    It depends on the row alone, so that a score never depends on its neighbours.
    """
    step = SHORT_STEP if length <= SHORT else STEP
    return max(1, -(-length // step)) * step


def plan_batches(lengths: Sequence[int], max_tokens: int = MAX_TOKENS) -> list[Batch]:
    """Divide rows into batches of at most `max_tokens` padded tokens, short rows first.

    A row that is longer than `max_tokens` gets a batch of its own.
    """
    buckets: dict[int, list[int]] = defaultdict(list)
    for row, length in enumerate(lengths):
        buckets[bucket_of(length)].append(row)
    return [
        Batch(length=length, rows=tuple(rows))
        for length in sorted(buckets)
        for rows in _chunks(buckets[length], max(1, max_tokens // length))
    ]


def padded_further(batch: Batch, longest: int) -> Batch:
    """Return a batch padded by one step more, as it is where that goes beyond `longest` tokens."""
    length = bucket_of(batch.length + 1)
    return batch if length > bucket_of(longest) else replace(batch, length=length)


def pad(
    windows: Sequence[Sequence[int]], batch: Batch, pad_id: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return input ids and attention mask of a batch, both [rows, batch.length]."""
    ids = np.full((len(batch.rows), batch.length), pad_id, dtype=np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(batch.rows):
        window = windows[row]
        ids[place, : len(window)] = window
        mask[place, : len(window)] = 1
    return ids, mask


def _chunks(rows: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    start = 0
    while left := min(len(rows) - start, most):
        size = together(left)
        yield rows[start : start + size]
        start += size


def together(rows: int) -> int:
    """Return how many of so many rows of one length are read in one batch.

    It is 1, 2, 3, 4, 6, 8, 12, 16, …: the runtime keeps memory for every shape.
    """
    power = 1 << (rows.bit_length() - 1)
    more = power + power // 2
    return more if rows >= more else power
