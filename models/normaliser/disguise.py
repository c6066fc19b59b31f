"""Undoing what is put between and around characters: separators and repetition."""

from __future__ import annotations

import regex

from models.normaliser.trace import Trace, compiled

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


def _join(match: regex.Match[str]) -> str | None:
    joined = SEPARATOR.sub("", match.group())
    han = len(HAN.findall(joined))
    spaced_only = SEPARATOR_MARK.search(match.group()) is None
    return joined if han >= 2 or (han and not spaced_only and not joined[0].isdigit()) else None


def join_separated(trace: Trace) -> None:
    """Drop ornaments and separators that stand inside words; plain numbers stay as they are."""
    trace.replace(ORNAMENT, "")
    trace.replace(SPACED_OUT, _join)


def shorten_repeats(trace: Trace) -> None:
    """Keep three of a repeated character (digits all stay) and one of repeated white space."""
    trace.replace(REPEATED, lambda match: match.group(1) * 3)
    trace.replace(WHITE_SPACE, " ")
