"""Which characters of a post are disguised: words that lists catch first, then chance."""

from __future__ import annotations

import random
from collections.abc import Container
from math import ceil

from data.disguise.tables import tables

Span = tuple[int, int]
OVERLOOKED = 0.1  # how often a word that lists catch is left as it is
LIGHT, HEAVY = 1.3, 2.8  # the beta distribution of the share: about a third, now and then all


def is_han(character: str) -> bool:
    """Tell whether a character is a Chinese one of the main block."""
    return "\u4e00" <= character <= "\u9fff"


def is_word(character: str) -> bool:
    """Tell whether a character is a Chinese one, or a letter or digit of ASCII."""
    return is_han(character) or (character.isascii() and character.isalnum())


def drawn_share(rng: random.Random, share: float | None) -> float:
    """Return `share`, or draw one: evaders differ in how much they disguise."""
    return rng.betavariate(LIGHT, HEAVY) if share is None else share


def caught(text: str, rng: random.Random) -> list[Span]:
    """Return the spans of words that lists catch, in random order, a few left out."""
    found = tables().words.find_matches_as_indexes(text)
    spans = [(begin, end) for _, begin, end in found if rng.random() >= OVERLOOKED]
    rng.shuffle(spans)
    return spans


def targets(
    text: str,
    rng: random.Random,
    share: float,
    usable: Container[str] | None = None,
    width: int = 1,
) -> list[Span]:
    """Return spans to disguise, in order of place: `share` of the characters that can be.

    Words that lists catch come first, whole; what is missing is filled with runs of at most
    `width` characters anywhere. `usable` says which Chinese characters can be disguised at all;
    without it all of them.
    """
    places = [i for i, c in enumerate(text) if is_han(c) and (usable is None or c in usable)]
    goal = ceil(share * len(places))
    free = set(places)
    chosen: list[Span] = []
    for begin, end in caught(text, rng):
        if goal <= 0:
            break
        within = free.intersection(range(begin, end))
        if within:
            chosen.append((begin, end))
            free -= within
            goal -= len(within)
    left = sorted(free)
    for begin in rng.sample(left, len(left)) if goal > 0 else ():
        run = [i for i in range(begin, begin + width) if i in free]
        if goal <= 0 or not run or run[-1] - begin != len(run) - 1:
            continue
        chosen.append((begin, run[-1] + 1))
        free.difference_update(run)
        goal -= len(run)
    return sorted(chosen)
