"""The order in which posts are seen: sources mixed inside every batch by their weights."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from math import ceil

from torch.utils.data import Sampler

from training.recipe import Recipe


def draw(sources: Sequence[str], recipe: Recipe) -> list[int]:
    """Return the positions to see, in order: each source as often as the recipe says, all mixed.

    A source that is seen 1.5 times gives every post once and a random half of them once more.
    """
    rng = random.Random(recipe.seed)
    by_source: dict[str, list[int]] = {}
    for position, source in enumerate(sources):
        by_source.setdefault(source, []).append(position)
    drawn: list[int] = []
    for source, positions in by_source.items():
        wanted = round(len(positions) * recipe.epochs_of(source))
        while wanted > 0:
            rng.shuffle(positions)
            drawn += positions[:wanted]
            wanted -= len(positions)
    rng.shuffle(drawn)
    return drawn


class MixedBatches(Sampler[list[int]]):
    """Micro-batches; `batch_size / micro_batch_size` of them, rounded up, make one mixed batch.

    A batch is drawn over all sources, then sorted by length and cut, so that micro-batches are
    padded little while every optimiser step sees every source.
    """

    def __init__(
        self, sources: Sequence[str], length: Callable[[int], int], recipe: Recipe
    ) -> None:
        self._order = draw(sources, recipe)
        self._length = length
        self._size = recipe.batch_size
        self._micro = recipe.micro_batch_size
        whole = len(self._order) // self._size * self._size
        self._order = self._order[:whole] if whole else self._order

    def __len__(self) -> int:
        whole, rest = divmod(len(self._order), self._size)
        return whole * ceil(self._size / self._micro) + ceil(rest / self._micro)

    def __iter__(self) -> Iterator[list[int]]:
        for start in range(0, len(self._order), self._size):
            batch = sorted(self._order[start : start + self._size], key=self._length)
            for cut in range(0, len(batch), self._micro):
                yield batch[cut : cut + self._micro]

    def drawn(self) -> list[int]:
        """Return the posts that are seen, each once, in the order of their first sight."""
        return list(dict.fromkeys(self._order))

    def counts(self, sources: Sequence[str]) -> dict[str, int]:
        """Return how many posts of each source are seen."""
        seen: dict[str, int] = {}
        for position in self._order:
            seen[sources[position]] = seen.get(sources[position], 0) + 1
        return seen
