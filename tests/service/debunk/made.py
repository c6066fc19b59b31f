"""Entries, posts and vectors made for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.debunks import Debunk
from models.normaliser import Normaliser
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import Vectors, normalised
from service.debunk.snapshot import Entry
from service.score.evidence import Fields

normaliser = Normaliser()
CLAIM = "螃蟹和柿子一起吃会中毒"
OTHER = "微波炉加热的食物会致癌"


def debunk(claim: str = CLAIM, **fields: Any) -> Debunk:
    """A debunk; what is not given is plain."""
    return Debunk.model_validate({"claim": claim, "verdict": "false"} | fields)


def entry(identity: str = "crab", claim: str = CLAIM, revision: str = "1", **fields: Any) -> Entry:
    return Entry(identity, debunk(claim, **fields), revision)


def read(text: str, title: str = "") -> Fields:
    """A post as the match stage hands it over."""
    joined = f"{title}\n{text}" if title else text
    return Fields(normaliser(joined), len(title) + 1 if title else 0)


def library(*entries: Entry, **vectors: Vectors) -> DebunkLibrary:
    held = DebunkLibrary(normaliser)
    held.load(entries, vectors)
    return held


def vectors(*rows: list[float]) -> Vectors:
    """Vectors of length 1."""
    return normalised(np.array(rows, np.float32))
