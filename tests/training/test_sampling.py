"""The order of posts: every source as often as the recipe says, mixed inside every batch."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from training.recipe import Recipe, SourceWeight
from training.sampling import MixedBatches, draw

SOURCES = ["large"] * 600 + ["half"] * 100 + ["often"] * 60 + ["never"] * 50
WEIGHTS = {
    "half": SourceWeight(epochs=0.5),
    "often": SourceWeight(epochs=2.5),
    "never": SourceWeight(epochs=0),
}


def recipe(batch: int = 48, micro: int = 12, seed: int = 1) -> Recipe:
    return Recipe(sources=WEIGHTS, batch_size=batch, micro_batch_size=micro, seed=seed)


def length(position: int) -> int:
    return 32 * (1 + position % 4)


def test_every_source_is_seen_as_often_as_the_recipe_says() -> None:
    drawn = Counter(SOURCES[position] for position in draw(SOURCES, recipe()))
    assert drawn == {"large": 600, "half": 50, "often": 150}


def test_posts_of_a_source_are_seen_evenly() -> None:
    times = Counter(draw(SOURCES, recipe()))
    of_source = {name: {times[i] for i, s in enumerate(SOURCES) if s == name} for name in WEIGHTS}
    assert of_source == {"half": {0, 1}, "often": {2, 3}, "never": {0}}
    assert {times[position] for position in range(600)} == {1}


def test_the_seed_decides_the_order() -> None:
    assert draw(SOURCES, recipe(seed=1)) == draw(SOURCES, recipe(seed=1))
    assert draw(SOURCES, recipe(seed=1)) != draw(SOURCES, recipe(seed=2))
    first, second = (list(MixedBatches(SOURCES, length, recipe(seed=1))) for _ in range(2))
    assert first == second


def test_sources_are_mixed_in_every_batch() -> None:
    batches = iter(MixedBatches(SOURCES, length, recipe()))
    while batch := [position for micro in islice(batches, 4) for position in micro]:
        seen = Counter(SOURCES[position] for position in batch)
        assert len(batch) == 48
        assert 0.5 < seen["large"] / 48 < 0.97  # 0.75 of all
        assert len(seen) > 1


@pytest.mark.parametrize(("batch", "micro"), [(48, 12), (50, 12), (10, 4), (8, 24), (7, 7)])
def test_micro_batches_divide_each_batch_by_length(batch: int, micro: int) -> None:
    settings = recipe(batch, micro)
    batches = MixedBatches(SOURCES, length, settings)
    found = list(batches)
    order = draw(SOURCES, settings)
    assert len(batches) == len(found)
    assert {len(part) <= micro for part in found} == {True}
    parts = iter(found)
    for start in range(0, len(order) - batch + 1, batch):
        whole: list[int] = []
        while len(whole) < batch:
            whole += next(parts)
        lengths = [length(position) for position in whole]
        assert lengths == sorted(lengths)
        assert sorted(whole) == sorted(order[start : start + batch])
    assert next(parts, None) is None  # a rest that fills no batch is left out


def test_a_corpus_below_one_batch_is_seen_all_the_same() -> None:
    batches = MixedBatches(["mine"] * 30, length, recipe())
    found = list(batches)
    assert sorted(position for part in found for position in part) == list(range(30))
    assert len(batches) == len(found) == 3


def test_counts_are_those_of_the_posts_seen() -> None:
    batches = MixedBatches(SOURCES, length, recipe())
    seen = Counter(SOURCES[position] for part in batches for position in part)
    assert batches.counts(SOURCES) == seen
    assert sum(seen.values()) == 800 // 48 * 48
