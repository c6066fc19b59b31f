from __future__ import annotations

import numpy as np
import pytest

from service.debunk.meaning import VectorIndex, normalised, views
from tests.service.debunk.made import vectors


def clustered(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(50, 32))
    rows = centres[rng.integers(0, 50, count)] + 0.5 * rng.normal(size=(count, 32))
    return normalised(rows.astype(np.float32))


@pytest.mark.parametrize("exact", [10_000, 10], ids=["exact", "graph"])
def test_the_nearest_are_found(exact: int) -> None:
    held, asked = clustered(1_500), clustered(60, seed=1)
    index = VectorIndex(held, exact)
    assert len(index) == 1_500
    hits = 0
    for query in asked:
        best = np.argsort(-(held @ query))[:5]
        found = index.nearest(query[None], 20)
        hits += len(set(found.tolist()) & set(best.tolist()))
    assert hits >= 0.95 * 60 * 5


def test_any_of_several_views_may_find() -> None:
    held = clustered(400)
    index = VectorIndex(held, exact=10)
    found = index.nearest(held[[7, 300]], 3)
    assert not index.exact
    assert {7, 300} <= set(found.tolist())
    np.testing.assert_allclose(index.cosine(np.array([7, 300]), held[[7, 300]]), 1, atol=2e-3)


def test_an_empty_index_finds_nothing() -> None:
    assert VectorIndex(np.zeros((0, 4), np.float32)).nearest(vectors([1, 0, 0, 0]), 5).size == 0


def test_a_post_of_one_window_has_one_view_and_a_longer_one_its_mean_too() -> None:
    one = vectors([3, 4])
    np.testing.assert_array_equal(views(one), one)
    np.testing.assert_array_equal(views(one[0]), one)
    two = views(vectors([1, 0], [0, 1]))
    np.testing.assert_allclose(two, [[0.5**0.5, 0.5**0.5], [1, 0], [0, 1]], atol=1e-6)


def test_zeros_stay_zeros() -> None:
    np.testing.assert_array_equal(normalised(np.zeros((1, 3), np.float32)), np.zeros((1, 3)))
