"""Character folding: NFKC, invisible characters, enclosed letters, Traditional to Simplified.

NFKC is Unicode Standard Annex 15; the Traditional tables are those of OpenCC (`t2s`).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

from models.normaliser.trace import Trace, compiled

# Format characters, controls, lone surrogates and variation selectors say nothing to a reader.
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
# OpenCC leaves these feminine and variant forms alone.
VARIANTS = {"妳": "你", "祂": "他", "牠": "它", "伱": "你", "卧": "卧"}
# At most 30 marks, the stream-safe bound of UAX 15: ordering thousands would take seconds.
CLUSTER = compiled(r"\P{M}\p{Mn}{1,30}")
STRAY_MARK = compiled(r"[\u0300-\u036F\u0483-\u0489\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u20D0-\u20F0]")
ENCLOSED_BLOCKS = ((0x1F150, "A"), (0x1F170, "A"), (0x1F1E6, "A"))


def fold_character(character: str) -> str:
    """Return what one character reads as; the empty string for an invisible one."""
    code = ord(character)
    if character in "\t\n\r\x0b\x0c\x85":
        return " "
    if code in VARIATION_SELECTORS or unicodedata.category(character) in INVISIBLE_CATEGORIES:
        return ""
    for first, letter in ENCLOSED_BLOCKS:
        if first <= code < first + 26:
            return chr(ord(letter) + code - first)
    folded = unicodedata.normalize("NFKC", character)
    return "".join(VARIANTS.get(piece, piece) for piece in folded)


class FoldTable(dict[str, str]):
    """Folds characters on first use and remembers them."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = fold_character(character)
        return folded


FOLD = FoldTable()


@cache
def converter() -> OpenCC:
    """Return the shared Traditional-to-Simplified converter."""
    return OpenCC("t2s")


def fold(trace: Trace) -> None:
    """Compose, fold and drop characters: the NFKC form without what cannot be seen."""
    trace.replace(CLUSTER, lambda match: unicodedata.normalize("NFKC", match.group()))
    trace.map_characters(FOLD)
    trace.replace(STRAY_MARK, "")


def simplify(trace: Trace) -> None:
    """Read Traditional characters as Simplified ones, by phrase where the length allows it."""
    converted = converter().convert(trace.text)
    if len(converted) == len(trace.text):
        trace.text = converted
    else:
        trace.map_characters(SIMPLIFIED)


class SimplifiedTable(dict[str, str]):
    """Converts single characters on first use and remembers them."""

    def __missing__(self, character: str) -> str:
        simplified: str = converter().convert(character)
        self[character] = simplified
        return simplified


SIMPLIFIED = SimplifiedTable()
