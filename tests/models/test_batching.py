"""Batches hold every row once, stay small, and pad a row without regard to its neighbours."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.batching import (
    SHORT,
    SHORT_STEP,
    STEP,
    Batch,
    bucket_of,
    pad,
    padded_further,
    plan_batches,
)

LENGTHS = st.lists(st.integers(0, 512), max_size=80)


@given(lengths=LENGTHS, max_tokens=st.integers(1, 4096))
def test_every_row_is_in_exactly_one_batch(lengths: list[int], max_tokens: int) -> None:
    rows = [row for batch in plan_batches(lengths, max_tokens) for row in batch.rows]
    assert sorted(rows) == list(range(len(lengths)))


@given(lengths=LENGTHS, max_tokens=st.integers(1, 4096))
def test_padded_tokens_are_capped(lengths: list[int], max_tokens: int) -> None:
    for batch in plan_batches(lengths, max_tokens):
        assert batch.rows
        assert len(batch.rows) * batch.length <= max_tokens or len(batch.rows) == 1


@given(lengths=LENGTHS, max_tokens=st.integers(1, 4096))
def test_the_bucket_of_a_row_depends_on_the_row_alone(lengths: list[int], max_tokens: int) -> None:
    for batch in plan_batches(lengths, max_tokens):
        for row in batch.rows:
            (alone,) = plan_batches([lengths[row]], max_tokens)
            assert batch.length == alone.length == bucket_of(lengths[row])


@given(length=st.integers(0, 2000))
def test_a_bucket_is_the_next_multiple(length: int) -> None:
    bucket = bucket_of(length)
    step = SHORT_STEP if length <= SHORT else STEP
    assert bucket % step == 0
    assert max(length, 1) <= bucket < max(length, 1) + step


def test_nothing_gives_no_batch() -> None:
    assert plan_batches([]) == []


def test_padding_is_masked() -> None:
    ids, mask = pad([[1, 2, 3], [9], [4]], Batch(length=32, rows=(2, 0)), pad_id=7)
    assert ids.dtype == mask.dtype == np.int64
    assert ids.shape == mask.shape == (2, 32)
    assert ids[0, :2].tolist() == [4, 7]
    assert ids[1, :4].tolist() == [1, 2, 3, 7]
    assert mask.sum(axis=1).tolist() == [1, 3]


def test_few_numbers_of_rows_occur() -> None:
    counts = {
        len(batch.rows) for rows in range(300) for batch in plan_batches([20] * rows, 24 * 100)
    }
    assert counts == {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96}


def test_a_batch_is_padded_by_one_step_more_up_to_the_longest_row() -> None:
    assert padded_further(Batch(24, (0, 1)), 128) == Batch(32, (0, 1))
    assert padded_further(Batch(SHORT, (0,)), 128) == Batch(SHORT + STEP, (0,))
    assert padded_further(Batch(128, (0,)), 128) == Batch(128, (0,))
    assert padded_further(Batch(112, (0,)), 125) == Batch(128, (0,))
