"""The leak report: held-out posts that say what a training post says."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

from data.deduplicate import NEAR, PERMUTATIONS, SHORTEST, key_of_example, shingles
from data.schema import Example
from data.split import TRAIN


@dataclass(frozen=True, slots=True)
class Leak:
    """A held-out post and the training post it repeats; `similarity` is estimated Jaccard."""

    held_out: str
    split: str
    train: str
    similarity: float


def find_leaks(
    examples: Sequence[Example], splits: Sequence[str], normalise: Callable[[str], str]
) -> list[Leak]:
    """Return held-out posts whose text equals, or nearly equals, that of a training post."""
    keys = [key_of_example(example, normalise) for example in examples]
    exact = {key: i for i, key in enumerate(keys) if splits[i] == TRAIN}
    signatures = list(
        MinHash.generator(
            [shingles(key) for key in keys], num_perm=PERMUTATIONS, hashfunc=zlib.crc32
        )
    )
    index = MinHashLSH(threshold=NEAR, num_perm=PERMUTATIONS)
    for i, key in enumerate(keys):
        if splits[i] == TRAIN and len(key) >= SHORTEST:
            index.insert(i, signatures[i], check_duplication=False)
    leaks = []
    for i, key in enumerate(keys):
        if splits[i] == TRAIN:
            continue
        near = [exact[key]] if key in exact else []
        near += index.query(signatures[i]) if len(key) >= SHORTEST else []
        best = max(near, key=lambda j: signatures[i].jaccard(signatures[j]), default=None)
        if best is not None and (similarity := signatures[i].jaccard(signatures[best])) >= NEAR:
            leaks.append(Leak(examples[i].id, splits[i], examples[best].id, round(similarity, 3)))
    return leaks
