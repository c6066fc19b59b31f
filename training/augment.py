"""Disguise and noise for training posts, on every class alike so that disguise itself is no label.

How to call it, with the text as it was written (title joined, not yet normalised):

    augment = Augment(recipe.augment)
    read = normaliser(augment(raw, random)).text

The normaliser comes after: the model reads what the normaliser makes of a disguise, as in service.
"""

from __future__ import annotations

import random

import regex
from pydantic import BaseModel, ConfigDict, Field

from data.disguise import TRANSFORMS, disguise

PUNCTUATION = regex.compile(r"[\p{P}\s]+")
STRETCH = 256  # the longest stretch of a post that is changed, in characters
REPEATS = (2, 2, 3, 5)
PLAIN_ENDS = ("", "", "。", "！", "？", "…", "~", "!", "。。。", "！！！")


class AugmentSettings(BaseModel):
    """How often a post is disguised, noised, or loses its punctuation; several happen by chance.

    `noise_share` is the part of the characters that noise touches at most. Punctuation is a thing
    of its own since some sources lack it and must not be told by that. An epoch changes a post
    anew. The defaults leave about six posts of ten as they were.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    disguise: float = Field(0.2, ge=0, le=1)
    noise: float = Field(0.15, ge=0, le=1)
    noise_share: float = Field(0.12, ge=0, le=1)
    unpunctuated: float = Field(0.1, ge=0, le=1)


class Augment:
    """Changes the text of a post: `Augment(settings)(text, random.Random(7))`, 0.1 ms or so."""

    def __init__(self, settings: AugmentSettings | None = None) -> None:
        self._settings = settings or AugmentSettings()

    def __call__(self, text: str, rng: random.Random) -> str:
        """Return the text disguised, noised, both or as it was; it never becomes blank.

        Of a post longer than 256 characters one stretch is changed.
        """
        disguised = rng.random() < self._settings.disguise
        noised = rng.random() < self._settings.noise
        if rng.random() < self._settings.unpunctuated:
            text = without_punctuation(text, rng) or text
        if not (disguised or noised):
            return text
        begin = rng.randint(0, max(0, len(text) - STRETCH))
        part = text[begin : begin + STRETCH]
        if disguised:
            part = disguise(part, rng)
        if noised:
            part = noise(part, rng, rng.uniform(0, self._settings.noise_share))
        changed = text[:begin] + part + text[begin + STRETCH :]
        return changed if changed.strip() else text


def noise(text: str, rng: random.Random, share: float) -> str:
    """Return the text as hasty people write it, in one way; `share` of the characters at most."""
    return rng.choice((typos, drop, repeat, swap, other_end))(text, rng, share)


def typos(text: str, rng: random.Random, share: float) -> str:
    """Take what the input method offers second."""
    return TRANSFORMS["homophone"](text, rng, share)


def drop(text: str, rng: random.Random, share: float) -> str:
    """Leave characters out."""
    return "".join(c for c in text if rng.random() >= share)


def repeat(text: str, rng: random.Random, share: float) -> str:
    """Write characters several times: 好好好, ！！！."""
    return "".join(c * rng.choice(REPEATS) if rng.random() < share else c for c in text)


def swap(text: str, rng: random.Random, share: float) -> str:
    """Exchange neighbours."""
    characters = list(text)
    for place in range(len(characters) - 1):
        if rng.random() < share:
            left, right = characters[place : place + 2]
            characters[place : place + 2] = right, left
    return "".join(characters)


def without_punctuation(text: str, rng: random.Random) -> str:
    """Leave all punctuation out, or put blanks in its place."""
    return PUNCTUATION.sub(rng.choice(("", " ")), text).strip()


def other_end(text: str, rng: random.Random, share: float) -> str:
    """Close with other marks: how a post ends often tells its source."""
    return text.rstrip("。！？…~!?. ") + rng.choice(PLAIN_ENDS)
