"""Finding posts that are nearly the same: MinHash over character 3-grams (Broder 1997), in bands.

Two posts with a share `s` of common 3-grams meet in at least one band with probability
1 - (1 - s³)¹⁰: 99.9 % for s = 0.8, 91 % for 0.6, 24 % for 0.3. Those that meet are then compared.
"""

from __future__ import annotations

import hashlib
import zlib

import numpy as np
import regex

BANDS, ROWS = 10, 3
NEAR = 0.6
LONGEST = 5_000
PRIME = (1 << 31) - 1
NOT_WORDS = regex.compile(r"[^\p{L}\p{N}]+")
# Fixed for good: the bands are stored.
_CHANCE = np.random.default_rng(20261122)
_FACTORS = _CHANCE.integers(1, PRIME, (BANDS * ROWS, 1), dtype=np.uint64)
_OFFSETS = _CHANCE.integers(0, PRIME, (BANDS * ROWS, 1), dtype=np.uint64)


def shingles(normalised: str) -> frozenset[str]:
    """Return the character 3-grams of a post's letters and digits, of the first 5,000."""
    key = (NOT_WORDS.sub("", normalised).casefold() or normalised)[:LONGEST]
    return frozenset(key[start : start + 3] for start in range(max(1, len(key) - 2)))


def bands_of(grams: frozenset[str]) -> list[int]:
    """Return the bands of a post, as signed 64-bit numbers; the same in every process."""
    hashes = [zlib.crc32(gram.encode("utf-8", "surrogatepass")) % PRIME for gram in grams]
    # Products of two numbers below 2³¹ stay below 2⁶².
    permuted = (_FACTORS * np.array(hashes, dtype=np.uint64) + _OFFSETS) % np.uint64(PRIME)
    smallest = permuted.min(axis=1).reshape(BANDS, ROWS)
    return [
        int.from_bytes(hashlib.blake2b(row.tobytes(), digest_size=8).digest(), "big", signed=True)
        for row in smallest
    ]


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common 3-grams, 0 to 1."""
    return len(one & other) / len(one | other)
