"""What counts as readable in a text."""

from __future__ import annotations

import unicodedata

_INVISIBLE_CATEGORIES = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))
# Blank or joining by themselves although their category says otherwise: combining grapheme
# joiner, Hangul fillers, Braille blank, variation selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0\u2800") | frozenset(
    chr(code)
    for first, last in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
)


def is_blank(text: str) -> bool:
    """Tell whether nothing of `text` can be seen; emoji and punctuation can."""
    return all(
        character in _INVISIBLE or unicodedata.category(character) in _INVISIBLE_CATEGORIES
        for character in text
    )


def printable(text: str, longest: int = 64) -> str:
    """Return a caller's field name in a form that can be answered: no lone surrogates, not long."""
    shown = text if len(text) <= longest else f"{text[:longest]}…"
    return shown.encode("utf-8", "replace").decode()
