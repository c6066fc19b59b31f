"""Posts as words and rules meet them."""

from __future__ import annotations

from models.normaliser import Normaliser
from models.windows import join_title
from service.score.evidence import Fields

NORMALISER = Normaliser()


def read(text: str, title: str = "") -> Fields:
    """Normalise a post."""
    joined, start = join_title(title, text)
    return Fields(NORMALISER(joined), start)
