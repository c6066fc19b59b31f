"""A text as the flood rules count it: Chinese characters, words and numbers, nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

TOKEN = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]")


def tokens_of(text: str) -> list[str]:
    """Return Chinese characters, Latin words in lower case and numbers, each as one token."""
    return TOKEN.findall(text.lower())


def without_runs(tokens: Sequence[str]) -> list[str]:
    """Keep one of equal tokens in a row, so that laughter is as long as one laugh."""
    return [token for place, token in enumerate(tokens) if place == 0 or token != tokens[place - 1]]


def distinct_pairs(tokens: Sequence[str]) -> float:
    """Return which share of the pairs of neighbours is distinct, 1 for fewer than two tokens."""
    if len(tokens) < 2:
        return 1.0
    return len(set(pairwise(tokens))) / (len(tokens) - 1)
