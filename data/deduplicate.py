"""Exact and near-duplicates across all sources, and the clusters that a split must not cut.

Near-duplicates are found by MinHash over character 3-grams (Broder 1997) with `datasketch`.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex
from datasketch import MinHash, MinHashLSH

from data.schema import Example, Known
from models.windows import join_title

PERMUTATIONS = 64
NEAR = 0.8
RELATED = 0.5
SHORTEST = 12
NOT_WORDS = regex.compile(r"[^\p{L}\p{N}]+")


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """What is left, each Example with the number of its cluster, and the drops by reason."""

    examples: list[Example]
    clusters: list[int]
    drops: Counter[str]
    dropped_from: dict[str, Counter[str]]


class Clusters:
    """Union-find over positions."""

    def __init__(self, size: int) -> None:
        self.parents = list(range(size))

    def find(self, item: int) -> int:
        """Return the representative of the cluster of `item`."""
        while self.parents[item] != item:
            self.parents[item] = self.parents[self.parents[item]]
            item = self.parents[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Put two items into one cluster; the smaller position represents it."""
        low, high = sorted((self.find(first), self.find(second)))
        self.parents[high] = low


def key_of(text: str) -> str:
    """Return what two posts share when they say the same: words only, without case."""
    return NOT_WORDS.sub("", text).casefold() or text


def key_of_example(example: Example, normalise: Callable[[str], str]) -> str:
    """Return the key of a post as it is read: title first, normalised."""
    return key_of(normalise(join_title(example.title or "", example.text)[0]))


def shingles(key: str) -> list[bytes]:
    """Return the character 3-grams of a key."""
    return list({key[start : start + 3].encode() for start in range(max(1, len(key) - 2))})


def deduplicate(
    examples: Sequence[Example],
    normalise: Callable[[str], str],
    progress: Callable[[Iterable[int]], Iterable[int]] = lambda steps: steps,
) -> Deduplicated:
    """Drop posts that repeat an earlier one and number the clusters of related ones.

    Equal texts are merged: labels known of either are kept, and a label on which they disagree is
    dropped from the post (a post left without labels is dropped as `label_conflict`).
    """
    keys = [key_of_example(example, normalise) for example in examples]
    merged, groups, drops = _merge_exact(examples, keys)
    clusters = Clusters(len(merged))
    near = _join_related(clusters, [keys[group[0]] for group in groups], progress)
    _join_given(clusters, [[examples[i].cluster for i in group] for group in groups])
    for position in near:
        drops[merged[position].source]["near_duplicate"] += 1
    left = [i for i in range(len(merged)) if i not in near]
    total = sum(drops.values(), Counter[str]())
    return Deduplicated(
        [merged[i] for i in left], [clusters.find(i) for i in left], total, dict(drops)
    )


def _merge_exact(
    examples: Sequence[Example], keys: Sequence[str]
) -> tuple[list[Example], list[list[int]], dict[str, Counter[str]]]:
    """Return what is left, the positions each of them stands for, and the drops by source."""
    drops: dict[str, Counter[str]] = {example.source: Counter() for example in examples}
    groups: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        groups.setdefault(key, []).append(position)
    merged, kept = [], []
    for group in groups.values():
        first = examples[group[0]]
        labels = _agreed([examples[i].labels for i in group])
        for i in group[1:]:
            drops[examples[i].source]["exact_duplicate"] += 1
        if not labels and any(examples[i].labels for i in group):
            drops[first.source]["label_conflict"] += 1
            continue
        merged.append(first.model_copy(update={"labels": labels}) if len(group) > 1 else first)
        kept.append(group)
    return merged, kept, drops


def _agreed(votes: Sequence[Mapping[str, Known]]) -> dict[str, Known]:
    values: dict[str, set[Known]] = {}
    for vote in votes:
        for name, value in vote.items():
            values.setdefault(name, set()).add(value)
    return {name: seen.pop() for name, seen in values.items() if len(seen) == 1}


def _join_related(
    clusters: Clusters,
    keys: Sequence[str],
    progress: Callable[[Iterable[int]], Iterable[int]],
) -> set[int]:
    """Join posts with related texts; return those that nearly repeat an earlier post."""
    long = [i for i, key in enumerate(keys) if len(key) >= SHORTEST]
    index = MinHashLSH(threshold=RELATED, num_perm=PERMUTATIONS)
    hashes: dict[int, MinHash] = {}
    near: set[int] = set()
    signatures = MinHash.generator(
        [shingles(keys[i]) for i in long], num_perm=PERMUTATIONS, hashfunc=zlib.crc32
    )
    for i, signature in zip(progress(long), signatures, strict=True):
        for other in index.query(signature):
            similarity = signature.jaccard(hashes[other])
            if similarity >= RELATED:
                clusters.join(other, i)
            if similarity >= NEAR:
                near.add(i)
        if i not in near:
            index.insert(i, signature, check_duplication=False)
            hashes[i] = signature
    return near


def _join_given(clusters: Clusters, given: Sequence[Sequence[int | None]]) -> None:
    """Join the posts that the corpora themselves number as one cluster; None is no number."""
    first: dict[int, int] = {}
    for position, numbers in enumerate(given):
        for number in numbers:
            if number is not None:
                clusters.join(first.setdefault(number, position), position)
