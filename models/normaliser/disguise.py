"""Undoing what is put between and around characters: separators and repetition."""

from __future__ import annotations

import re

import regex

from models.normaliser.trace import Trace, compiled
from models.normaliser.words import reader

ORNAMENTS = "░▒▓█▌▐■□▪▫◆◇▲△▼▽●○◎★☆♦♠♣✦✧✿❀¤¶"
PLAIN = r"\s\-_.\\|丨*~～^'·•・" + ORNAMENTS
# These also stand in lists, formulas and choices: they go only where a disguised word comes out.
MEANT = r",，、/+=:：;；`"
SEPARATORS = PLAIN + MEANT
ORNAMENT = compiled(r"(?<=[\p{Han}A-Za-z0-9])[{o}]+(?=[\p{Han}A-Za-z0-9])", o=ORNAMENTS)
ORNAMENT_HINT = re.compile(f"[{ORNAMENTS}]")
# Single characters kept apart, 加-V-芯 or 免 费 领: every one but the last two ends stands alone.
# A letter or digit at an end stands alone too: 加-V-芯 abc ends before abc.
FIRST = r"(?:\p{Han}|(?<![A-Za-z0-9])[A-Za-z0-9])"
LAST = r"(?:\p{Han}|[A-Za-z0-9](?![A-Za-z0-9]))"
SPACED_OUT = compiled(
    r"{first}(?:[{s}]{1,3}[\p{Han}A-Za-z0-9](?=[{s}])){1,40}[{s}]{1,3}{last}",
    s=PLAIN,
    first=FIRST,
    last=LAST,
)
LISTED = compiled(
    r"{first}\s?([{m}])\s?(?:[\p{Han}A-Za-z0-9]\s?\1\s?){1,40}{last}",
    m=MEANT,
    first=FIRST,
    last=LAST,
)
SPACED_HINT = re.compile(rf"[{SEPARATORS}]{{1,3}}[^\W_][{SEPARATORS}]{{1,3}}[^\W_]")
SEPARATOR = compiled(r"[{s}]+", s=SEPARATORS)
SEPARATOR_MARK = compiled(r"[{s}--\s]", s=SEPARATORS)
HAN = compiled(r"\p{Han}")
LATIN = re.compile("[A-Za-z]")
REPEATED = compiled(r"([^\d\s])\1{3,}")
REPEATED_HINT = re.compile(r"(.)\1\1\1")
WHITE_SPACE = compiled(r"\s+")


def _join(match: regex.Match[str]) -> str | None:
    written = match.group()
    joined = SEPARATOR.sub("", written)
    han = len(HAN.findall(joined))
    if not han:
        return None
    if han >= 2 and apart(match, joined):
        return joined
    return joined if hides_word(joined) else None


def _join_listed(match: regex.Match[str]) -> str | None:
    joined = SEPARATOR.sub("", match.group())
    return joined if hides_word(joined) else None


def apart(match: regex.Match[str], joined: str) -> bool:
    """Tell whether the characters of a run are kept apart on purpose.

    At the ends of a run may stand the halves of words, as in 很方便 2.散热: those do not count.
    """
    begin, stop = match.span()
    inner = joined[1:-1]
    spaced_only = SEPARATOR_MARK.search(match.group()) is None
    ordinary = LATIN.search(joined) is not None if spaced_only else inner.isdigit()
    if ordinary:  # words and letters between blanks, a version or a price between marks
        return False
    if len(set(inner)) >= 2:
        return True
    text = match.string
    starts = begin == 0 or not text[begin - 1].isalnum()
    return starts and (stop == len(text) or not text[stop].isalnum()) and not joined.isdigit()


def hides_word(joined: str) -> bool:
    """Tell whether a word that is often disguised comes out."""
    return reader().known.search(joined) is not None or bool(reader().edits(joined))


def join_separated(trace: Trace) -> None:
    """Drop ornaments and separators that stand inside words; plain numbers stay as they are."""
    if ORNAMENT_HINT.search(trace.text):
        trace.replace(ORNAMENT, "", "separator")
    if SPACED_HINT.search(trace.text):
        trace.replace(SPACED_OUT, _join, "separator")
        trace.replace(LISTED, _join_listed, "separator")


def shorten_repeats(trace: Trace) -> None:
    """Keep three of a repeated character (digits all stay) and one of repeated white space."""
    if REPEATED_HINT.search(trace.text):
        trace.replace(REPEATED, lambda match: match.group(1) * 3, "repeat")
    if "  " in trace.text or "\n" in trace.text:
        trace.replace(WHITE_SPACE, " ", "repeat")
