"""The cache keeps the very numbers, within its bytes, under the name of one model."""

from __future__ import annotations

import sys

import numpy as np

from service.engine.cache import ScoreCache, key_of


def numbers(seed: int, width: int = 256) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return chance.random(7, np.float32), chance.random(width, np.float32)


def test_what_is_found_is_what_was_kept() -> None:
    cache = ScoreCache(1 << 20)
    logits, embedding = numbers(1)
    expected = logits.tobytes(), embedding.tobytes()
    cache.keep(b"a", logits, embedding)
    # The arrays may be parts of a batch that is overwritten later.
    logits[:] = embedding[:] = 0
    found = cache.find(b"a")
    assert found is not None
    assert (found.logits.tobytes(), found.embedding.tobytes()) == expected
    assert cache.find(b"b") is None


def test_the_oldest_goes_when_the_bytes_are_used() -> None:
    cache = ScoreCache(10_000)
    for number in range(100):
        cache.keep(str(number).encode(), *numbers(number))
        assert cache.used <= 10_000
        # Asked for, and so never the oldest.
        assert cache.find(b"0") is not None
    assert cache.find(b"1") is None
    assert cache.find(b"99") is not None


def test_bytes_are_counted_as_python_uses_them() -> None:
    cache = ScoreCache(1 << 20)
    key = key_of(b"m", range(60))
    cache.keep(key, *numbers(1))
    known = cache.find(key)
    assert known is not None
    parts = sum(map(sys.getsizeof, (key, known, known.logits, known.embedding)))
    # What is left is the place in the tables of the cache.
    assert parts < cache.used < parts + 400


def test_nothing_is_kept_without_bytes_or_too_large_for_them() -> None:
    for limit in (0, 1000):
        cache = ScoreCache(limit)
        cache.keep(b"a", *numbers(1))
        assert cache.find(b"a") is None
        assert cache.used == 0


def test_a_key_names_the_model_and_every_token() -> None:
    keys = {key_of(b"m", ids) for ids in [(1, 2), (2, 1), (1, 2, 0), (258,)]}
    assert len(keys | {key_of(b"n", (1, 2))}) == 5
