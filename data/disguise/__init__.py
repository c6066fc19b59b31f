"""Disguising posts as evaders do, for training and for the evasion suite of a report."""

from __future__ import annotations

import random

from data.disguise.transforms import TRANSFORMS, Transform

__all__ = ["TRANSFORMS", "Transform", "disguise"]

# How often each is seen, as far as the advertisements of group chats tell.
WEIGHTS = {
    "homophone": 6,
    "shape": 2,
    "split_character": 2,
    "emoji": 3,
    "separators": 3,
    "zero_width": 1,
    "traditional": 1,
    "full_width": 1,
    "pinyin_initials": 2,
}
HOW_MANY = (1, 1, 1, 2, 2, 3)


def disguise(text: str, rng: random.Random, share: float | None = None) -> str:
    """Return `text` in one to three disguises; `share` of its characters in each, 0 to 1.

    Without `share` every disguise draws its own. The same Random gives the same text.
    """
    names = list(WEIGHTS)
    picked = rng.choices(names, weights=list(WEIGHTS.values()), k=rng.choice(HOW_MANY))
    # In the order of the table: what goes between characters comes after what replaces them.
    for name in sorted(set(picked), key=names.index):
        text = TRANSFORMS[name](text, rng, share)
    return text
