"""Learning the order of entries from made-up questions."""

from __future__ import annotations

import numpy as np
import pytest

from service.debunk.closer import NAMES
from service.debunk.learning import across, fitted, sensible


def _questions(slope: float, count: int = 120) -> tuple[list[np.ndarray], list[int]]:
    """Return questions of eight candidates whose answer follows the first feature."""
    chance = np.random.default_rng(5)
    tables = [chance.normal(size=(8, len(NAMES))) for _ in range(count)]
    right = [
        int(np.argmax(slope * table[:, 0] + chance.gumbel(size=len(table)))) for table in tables
    ]
    return tables, right


def test_weights_are_found_again() -> None:
    weights = fitted(*_questions(2.0, 600))
    assert weights[0] == pytest.approx(2.0, abs=0.3)
    assert np.abs(weights[1:]).max() < 0.3


def test_what_is_learnt_orders_other_questions() -> None:
    assert across(*_questions(3.0)) > 0.5 > across(*_questions(0.0))


def test_no_weight_holds_words_in_common_against_an_answer() -> None:
    weights = sensible(*_questions(-2.0))
    assert weights[0] == 0.0
    assert weights[1] >= 0.0
