"""Folding characters: NFKC, invisible characters, enclosed letters, Traditional to Simplified.

NFKC is Unicode Standard Annex 15; the Traditional tables are those of OpenCC (`t2s`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from models.normaliser.tables import tables
from models.normaliser.trace import Trace, compiled

# Format characters, controls and lone surrogates say nothing to a reader.
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Variation selectors and the frame of a keycap.
UNSEEN = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x20E3))
# These stay wide until the links are read: an address ends where Chinese punctuation begins.
WIDE = {"，": ",", "！": "!", "？": "?", "：": ":", "；": ";", "（": "(", "）": ")", "～": "~"}
WIDE_MARKS = frozenset(WIDE)
# At most 30 marks, the stream-safe bound of UAX 15: ordering thousands would take seconds.
CLUSTER = compiled(r"\P{M}\p{Mn}{1,30}")
STRAY_MARK = compiled(r"[\u0300-\u036F\u0483-\u0489\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u20D0-\u20F0]")
MARKED = re.compile(r"[\u0300-\u036F\u0483-\u0489\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u20D0-\u20F0]")
ENCLOSED_BLOCKS = ((0x1F150, "A"), (0x1F170, "A"), (0x1F1E6, "A"))


def fold_character(character: str) -> str:
    """Return what one character reads as; the empty string for an invisible one."""
    code = ord(character)
    if character in WIDE_MARKS:
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) in INVISIBLE_CATEGORIES or code in UNSEEN:
        return ""
    for first, letter in ENCLOSED_BLOCKS:
        if first <= code < first + 26:
            return chr(ord(letter) + code - first)
    own = tables().characters
    folded = character if character in own else unicodedata.normalize("NFKC", character)
    return "".join(own.get(piece, (piece,))[0] for piece in folded)


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


# Marks that read as themselves, beside ASCII and the Chinese characters.
CALM_MARKS = "、。“”‘’《》「」『』—" + "".join(WIDE)


@cache
def unfolded() -> re.Pattern[str]:
    """Return the pattern of everything that may fold to something else."""
    own = "".join(sorted(c for c in tables().characters if "\u4e00" <= c <= "\u9fff"))
    return re.compile(f"[^ -~\u4e00-\u9fff{CALM_MARKS}]|[{own}]")


def fold(trace: Trace) -> None:
    """Compose, fold and drop characters: the NFKC form without what cannot be seen."""
    found = unfolded().findall(trace.text)
    if not found:
        return
    if not unicodedata.is_normalized("NFC", trace.text) or MARKED.search(trace.text):
        trace.replace(CLUSTER, lambda match: unicodedata.normalize("NFKC", match.group()))
    elif all(len(FOLD[character]) == 1 for character in found):
        trace.rewrite(unfolded().sub(lambda match: FOLD[match.group()], trace.text), "fold")
        return
    trace.map_characters(FOLD)
    if MARKED.search(trace.text):
        trace.replace(STRAY_MARK, "", "mark")


def narrow(trace: Trace) -> None:
    """Read full-width punctuation as its half-width form, once nothing needs to tell them apart."""
    text = trace.text
    for wide, mark in WIDE.items():
        text = text.replace(wide, mark)
    trace.rewrite(text, "width")


# 著 after a verb is 着, except in the words that 著 begins; OpenCC leaves it alone.
PARTICLE = re.compile(
    r"(?<=[看听說说跟想等带帶拿站坐走笑哭抱躺跑握牵牽望盯守活忙随隨沿朝对對向接为爲藏意味睡背含住靠拉推开開指藉借凭憑"
    r"捧挂掛穿戴闭閉睁睜流闪閃留寫写唱念读讀数數叫喊骑騎吃喝玩用当當做顾顧有爱愛恨怕急閒闲亮红忍受记記])著"
    r"(?![名作称稱述书書者有录錄文论論])"
)


@cache
def traditional() -> re.Pattern[str]:
    """Return the pattern of characters that are not Simplified, a few of them only in phrases.

    Without one of these a text is Simplified, and its phrases are left alone: 打坏 is no 打坯.
    """
    everyday = "".join(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))))
    changed = [c for c in everyday if SIMPLIFIED[c] != c]
    return re.compile(f"[{''.join(changed)}瞭藉覆甦]|[\U00020000-\U0003ffff]")


def simplify(trace: Trace) -> None:
    """Read Traditional characters as Simplified ones, by phrase where the length allows it."""
    if "著" in trace.text:
        trace.rewrite(PARTICLE.sub("着", trace.text), "simplify")
    if traditional().search(trace.text) is None:
        return
    converted = converter().convert(trace.text)
    if len(converted) == len(trace.text):
        trace.rewrite(converted, "simplify")
    else:
        trace.map_characters(SIMPLIFIED, "simplify")


class SimplifiedTable(dict[str, str]):
    """Converts single characters on first use and remembers them."""

    def __missing__(self, character: str) -> str:
        simplified: str = converter().convert(character)
        self[character] = simplified
        return simplified


SIMPLIFIED = SimplifiedTable()
