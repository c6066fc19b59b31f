"""Whether a backend scores a row the same however far it is padded: what every one must prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.batching import Batch, bucket_of, pad, padded_further
from models.golden import PADDING_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.release import Release
    from models.runtime.protocol import Backend
    from models.windows import TokenIds

# Rows of each padded length that are tried.
_ROWS = 2


def objection(backend: Backend, release: Release, windows: Sequence[TokenIds]) -> str:
    """Return what is wrong with the scores of a backend, empty where padding changes none.

    Tried are a few of `windows` of every length: each alone, and alone padded by one step more.
    """
    worst = max((_change(backend, release, window) for window in _sample(windows)), default=0.0)
    # Not a number is no proof either.
    if worst <= PADDING_TOLERANCE:
        return ""
    return f"padding moves a probability by {worst:.3f}"


def _sample(windows: Sequence[TokenIds]) -> list[TokenIds]:
    by_length: dict[int, list[TokenIds]] = {}
    for window in windows:
        same = by_length.setdefault(bucket_of(len(window)), [])
        if len(same) < _ROWS:
            same.append(window)
    return [window for same in by_length.values() for window in same]


def _change(backend: Backend, release: Release, window: TokenIds) -> float:
    """Return by how much a probability of a row changes at most; infinite without a number."""
    alone = Batch(bucket_of(len(window)), (0,))
    further = padded_further(alone, release.windows.length)
    first, second = (
        release.calibration.probabilities(
            backend.infer(*pad([window], batch, release.pad_id)).logits, release.labels
        )
        for batch in (alone, further)
    )
    change = float(np.abs(first - second).max())
    return change if np.isfinite(change) else float("inf")
