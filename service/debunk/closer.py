"""A closer look at the nearest entries: which of them answers, seen on their whole texts.

Pairs of characters and the embedding find what may answer (`segment.py`). Of the nearest,
each text is read again: how many of the question's telling characters does it have anywhere, and is
it as long as an answer? A conditional logit (McFadden 1974) over these and the first look learns
how much each counts; `python -m service.debunk.learning` writes `closer.json`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from service.debunk.lexical import LEAST_TEXTS

FILE = Path(__file__).with_name("closer.json")
# So many of the nearest entries are looked at, and so many characters of each text.
LOOKED_AT, LONGEST = 48, 1_500
# An answer has about so many characters: a shorter text says little, a longer one much beside it.
ANSWER = 120
# Of a long post the rarest characters say what it is about.
MOST_CHARACTERS = 48

NAMES = ("covered", "pairs", "short", "long")


@dataclass(frozen=True, slots=True)
class Rarity:
    """How telling a character is: the fewer of `texts` texts have it, the more."""

    counts: Mapping[str, int]
    texts: int

    @classmethod
    def of(cls, keys: Iterable[str]) -> Rarity:
        """Count in how many texts each character stands."""
        counts: Counter[str] = Counter()
        texts = 0
        for key in keys:
            counts.update(set(key[:LONGEST]))
            texts += 1
        return cls(counts, texts)

    def weights(self, key: str) -> dict[str, float]:
        """Return the weights of a question's most telling characters; they add up to 1."""
        total = max(self.texts, LEAST_TEXTS)
        weights = {}
        for character in set(key):
            count = self.counts.get(character, 0)
            weights[character] = math.log1p((total - count + 0.5) / (count + 0.5))
        kept = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CHARACTERS]
        whole = sum(weight for _, weight in kept) or 1.0
        return {character: weight / whole for character, weight in kept}


@cache
def shipped() -> tuple[float, ...]:
    """Return what each of NAMES counts for."""
    stored = json.loads(FILE.read_text("utf-8"))["weights"]
    return tuple(float(stored[name]) for name in NAMES)


def features(weights: Mapping[str, float], text: str, pairs: float) -> tuple[float, ...]:
    """Return what NAMES name of one text; `pairs` is its score by pairs of characters."""
    read = text[:LONGEST]
    covered = sum(weight for character, weight in weights.items() if character in read)
    length = math.log(max(1, len(read)) / ANSWER)
    return covered, pairs, min(0.0, length), max(0.0, length)


def closeness(weights: Mapping[str, float], texts: Iterable[str], pairs: float) -> float:
    """Return what the words of an entry are worth: of that one of its texts that answers best."""
    counts = shipped()
    return float(max(sum(map(mul, counts, features(weights, text, pairs))) for text in texts))
