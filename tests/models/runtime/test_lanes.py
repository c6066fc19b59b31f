"""Passes may run side by side and never mix their rows; every precision is invariant to batches."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.release import Release
from models.runtime import OpenVinoBackend, Precision
from models.scorer import Post, Scorer
from tests.tiny import random_posts

BOUNDS: dict[Precision, float] = {"f32": 0.001, "bf16": 0.005, "int8": 0.005}
POSTS = random_posts(40)
PLACES = st.lists(st.integers(0, len(POSTS) - 1), min_size=1, max_size=24)


@cache
def _scorer(folder: Path, precision: Precision, lanes: int = 1) -> Scorer:
    backend = OpenVinoBackend(folder, precision, threads=lanes, lanes=lanes)
    return Scorer(Release.load(folder), backend)


@cache
def _alone(folder: Path, precision: Precision) -> NDArray[np.float64]:
    scorer = _scorer(folder, precision)
    return np.concatenate([_table(scorer, [post]) for post in POSTS])


def _table(scorer: Scorer, posts: list[Post]) -> NDArray[np.float64]:
    scores = scorer.score(posts)
    return np.array([[*score.probabilities.values(), score.low_quality] for score in scores])


@pytest.mark.parametrize("precision", BOUNDS)
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(places=PLACES)
def test_neighbours_and_order_change_nothing(
    int8_release: Path, precision: Precision, places: list[int]
) -> None:
    together = _table(_scorer(int8_release, precision), [POSTS[place] for place in places])
    alone = _alone(int8_release, precision)[places]
    assert np.abs(together - alone).max() <= BOUNDS[precision]


@pytest.mark.parametrize("precision", BOUNDS)
def test_two_lanes_give_what_one_gives(int8_release: Path, precision: Precision) -> None:
    scorer = _scorer(int8_release, precision, lanes=2)
    assert scorer.backend.lanes == 2
    chance = random.Random(5)
    parts = [chance.sample(range(len(POSTS)), k=chance.randint(1, 12)) for _ in range(24)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda part: _table(scorer, [POSTS[i] for i in part]), parts))
    for part, together in zip(parts, found, strict=True):
        alone = _alone(int8_release, precision)[part]
        assert np.abs(together - alone).max() <= BOUNDS[precision]


@pytest.mark.parametrize("precision", BOUNDS)
def test_each_precision_says_its_name_and_is_its_own(
    int8_release: Path, precision: Precision
) -> None:
    scorer = _scorer(int8_release, precision)
    assert scorer.backend.precision == precision
    assert scorer.backend.lanes == 1
    assert _alone(int8_release, precision).std(axis=0).min() > 0.01
