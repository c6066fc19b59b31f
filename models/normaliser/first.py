"""Normaliser version 1, as the releases made with it read: kept until no release names it.

Its links swallow text after a full-width comma and its separators join lists; version 2 mends both.
"""

from __future__ import annotations

import unicodedata

import regex

from models.normaliser.characters import (
    CLUSTER,
    ENCLOSED_BLOCKS,
    INVISIBLE_CATEGORIES,
    SIMPLIFIED,
    STRAY_MARK,
    converter,
)
from models.normaliser.trace import Trace, compiled

SELECTORS = range(0xFE00, 0xFE10)
VARIANTS = {"妳": "你", "祂": "他", "牠": "它", "伱": "你", "卧": "卧"}
ORNAMENTS = "░▒▓█▌▐■□▪▫◆◇▲△▼▽●○◎★☆♦♠♣✦✧✿❀¤¶"
SEPARATORS = r"\s\-_.,/\\|丨*~^+=:;'`·•・" + ORNAMENTS
ORNAMENT = compiled(r"(?<=[\p{Han}A-Za-z0-9])[{o}]+(?=[\p{Han}A-Za-z0-9])", o=ORNAMENTS)
# Single characters kept apart, 加-V-芯 or 免 费 领: every one but the last two ends stands alone.
SPACED_OUT = compiled(
    r"[\p{Han}A-Za-z0-9](?:[{s}]{1,3}[\p{Han}A-Za-z0-9](?=[{s}])){1,40}[{s}]{1,3}[\p{Han}A-Za-z0-9]",
    s=SEPARATORS,
)
SEPARATOR = compiled(r"[{s}]+", s=SEPARATORS)
SEPARATOR_MARK = compiled(r"[{s}--\s]", s=SEPARATORS)
HAN = compiled(r"\p{Han}")
REPEATED = compiled(r"([^\d\s])\1{3,}")
WHITE_SPACE = compiled(r"\s+")
LINK = compiled(
    r"""(?:https?\s?:\s?/\s?/|www\.)[A-Za-z0-9\-._~/?\#\[\]@!$&'()*+,;=%:]+
      | (?<![A-Za-z0-9@.])t\.cn/[A-Za-z0-9]+ """
)
WEIBO_LINK = compiled(r"(?:https?://)?t\.cn/[A-Za-z0-9]+")
MENTION = compiled(r"(?<![A-Za-z0-9.])@[\p{Han}A-Za-z0-9_\-]{1,16}(?=[\s:,.!?;。、…/@\]\)]|$)")
BRACKETS = compiled(r"[【】\[\]〖〗]")
TOPIC = compiled(r"\#([^\#\n]{1,40})\#")
PLATFORM_TAIL = compiled(
    r"""(?:[.…]{0,3}\s?(?:展开)?全文\s?[:>]?\s*$)
      | (?:[^\s,。!?]{0,20}的(?:微博|秒拍|美拍|优酷|酷燃|快手|抖音)视频)
      | (?:O?网页链接|查看图片|查看原图|\(?组图共\d+张\)?)
      | (?:[(\[]?分享自\s?@?[^)\]]{0,20}[)\]]?\s*$)"""
)
# The second branch starts only where a run starts, or long runs would cost their square.
EDGES = compiled(r"^[\s/]+|(?<![\s/])[\s/]+$")
LINK_WORD = " 网址 "


def fold_character(character: str) -> str:
    """Return what one character reads as; the empty string for an invisible one."""
    code = ord(character)
    if character in "\t\n\r\x0b\x0c\x85":
        return " "
    if code in SELECTORS or unicodedata.category(character) in INVISIBLE_CATEGORIES:
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


def fold(trace: Trace) -> None:
    """Compose, fold and drop characters: the NFKC form without what cannot be seen."""
    trace.replace(CLUSTER, lambda match: unicodedata.normalize("NFKC", match.group()))
    trace.map_characters(FOLD)
    trace.replace(STRAY_MARK, "", "mark")


def simplify(trace: Trace) -> None:
    """Read Traditional characters as Simplified ones, by phrase where the length allows it."""
    converted = converter().convert(trace.text)
    if len(converted) == len(trace.text):
        trace.rewrite(converted, "simplify")
    else:
        trace.map_characters(SIMPLIFIED, "simplify")


def _join(match: regex.Match[str]) -> str | None:
    joined = SEPARATOR.sub("", match.group())
    han = len(HAN.findall(joined))
    spaced_only = SEPARATOR_MARK.search(match.group()) is None
    return joined if han >= 2 or (han and not spaced_only and not joined[0].isdigit()) else None


def join_separated(trace: Trace) -> None:
    """Drop ornaments and separators that stand inside words; plain numbers stay as they are."""
    trace.replace(ORNAMENT, "", "separator")
    trace.replace(SPACED_OUT, _join, "separator")


def shorten_repeats(trace: Trace) -> None:
    """Keep three of a repeated character (digits all stay) and one of repeated white space."""
    trace.replace(REPEATED, lambda match: match.group(1) * 3, "repeat")
    trace.replace(WHITE_SPACE, " ", "repeat")


def neutralise(trace: Trace) -> None:
    """Read links, mentions, topics, headline brackets and platform tails the same everywhere."""
    trace.replace(WEIBO_LINK, " ", "link")
    trace.replace(LINK, LINK_WORD, "link")
    trace.replace(PLATFORM_TAIL, " ", "tail")
    trace.replace(TOPIC, lambda match: match.group(1) + " ", "topic")
    trace.replace(MENTION, "@", "mention")
    trace.replace(BRACKETS, " ", "bracket")


def trim(trace: Trace) -> None:
    """Drop white space and stray slashes at both ends."""
    trace.replace(EDGES, "", "edge")


STEPS = (fold, simplify, shorten_repeats, neutralise, join_separated, shorten_repeats, trim)
