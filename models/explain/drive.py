"""Advancing many searches together, so that their windows fill batches."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.windows import TokenIds

Logits = NDArray[np.float32]
T = TypeVar("T")
Asking = Generator[list[TokenIds], Logits, T]


class Drive(Generic[T]):
    """Runs generators that yield windows and are sent their logits, a step of all at a time.

    While there are `windows`, read them and `answer` with their logits; then `results()`.
    """

    def __init__(self, searches: Sequence[Asking[T]]) -> None:
        self._found: dict[int, T] = {}
        self._asking: dict[int, Asking[T]] = dict(enumerate(searches))
        self._wanted: dict[int, list[TokenIds]] = {}
        for place in list(self._asking):
            self._step(place, None)

    @property
    def windows(self) -> list[TokenIds]:
        """What has to be read next; nothing when all searches are over."""
        return [window for wanted in self._wanted.values() for window in wanted]

    def answer(self, logits: Logits) -> None:
        """Send the logits [windows, labels] of `windows` on."""
        wanted, self._wanted = self._wanted, {}
        start = 0
        for place, windows in wanted.items():
            end = start + len(windows)
            self._step(place, logits[start:end])
            start = end

    def results(self) -> list[T]:
        """Return what each search found, in their order."""
        return [self._found[place] for place in sorted(self._found)]

    def _step(self, place: int, logits: Logits | None) -> None:
        search = self._asking[place]
        try:
            self._wanted[place] = next(search) if logits is None else search.send(logits)
        except StopIteration as over:
            del self._asking[place]
            self._found[place] = over.value
