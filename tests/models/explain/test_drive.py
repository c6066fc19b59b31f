"""Searches advance together, each with its own answers."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from models.explain.drive import Drive

Row = tuple[int, ...]


def sums(*asked: int) -> Generator[list[Row], NDArray[np.float32], float]:
    """Ask for windows of these lengths in turn, and add up what is answered."""
    total = 0.0
    for length in asked:
        answer = yield [(length,)] * length
        assert len(answer) == length
        total += float(answer.sum())
    return total


def test_each_search_gets_its_own_answers() -> None:
    drive = Drive([sums(2, 1), sums(), sums(3)])
    steps = []
    while windows := drive.windows:
        steps.append(len(windows))
        drive.answer(np.array([[window[0]] for window in windows], dtype=np.float32))
    assert steps == [5, 1]
    assert drive.results() == [5.0, 0.0, 9.0]


def test_nothing_to_search_is_over_at_once() -> None:
    drive: Drive[float] = Drive([])
    assert drive.windows == []
    assert drive.results() == []
