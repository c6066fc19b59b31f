"""Numbers to call or add that are written in words: 衣伍扒 is 158 beside 微信."""

from __future__ import annotations

import re
from functools import cache

from models.normaliser.tables import tables
from models.normaliser.trace import Edit, Trace

# What a number to call or add stands beside: near for a long one, right before it for a short one.
NEAR = re.compile(
    r"微信|QQ|[Qq]q?群|群号|电话|手机|号码|热线|致电|拨打|咨询|联系|短信|扣|加我|(?:加|\+)\s?$"
)
BESIDE = re.compile(r"(?:微信|QQ|群|(?<!\d)号|号码|电话|热线|加我|加|\+)[\s:：是号,，]{0,3}$")
LETTER_LAST = re.compile("(?i:[a-pr-uwyz])$")  # but q and vx are names of what is added
COUNTED = frozenset("年月日个十百千万亿点号楼栋层倍岁元块章节届")
NUMERALS = frozenset("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖")
SHORT, LONG, CERTAIN = 3, 5, 7  # digits
REACH = 10
RINGS = re.compile("[◎○◯⊙]")
RING = re.compile(r"(?<=[\d◎○◯⊙])[◎○〇◯⊙](?=[◎○◯⊙]*\s?\d)")
YEAR = re.compile(r"(?<=[一二三四五六七八九〇○])[○◯](?=[一二三四五六七八九〇○])")


@cache
def run_pattern() -> re.Pattern[str]:
    """Return the pattern of runs of digits and what is written for them."""
    members = "".join(map(re.escape, sorted(set(tables().digits) - set("ol"))))
    first, other = f"[0-9{members}]", f"[0-9ol{members}]"
    return re.compile(rf"{first}(?:[ \-_.,，、·*]?{other}){{{SHORT - 1},}}(?![A-Za-z])")


def read_numbers(trace: Trace) -> None:
    """Read numbers in words as digits, beside a word that says they are to call or add."""
    if RINGS.search(trace.text):
        trace.substitute([Edit(*m.span(), "〇", "fold") for m in YEAR.finditer(trace.text)])
        trace.substitute([Edit(*m.span(), "0", "number") for m in RING.finditer(trace.text)])
    text = trace.text
    edits: list[Edit] = []
    for match in run_pattern().finditer(text):
        if called(text, match) and is_number(match.group()):
            edits += digit_edits(match)
    trace.substitute(edits)


def called(text: str, match: re.Match[str]) -> bool:
    """Tell whether a word to call or add by stands before the run, and nothing counted after."""
    head = text[max(0, match.start() - REACH) : match.start()]
    if LETTER_LAST.search(head) or text[match.end() : match.end() + 1] in COUNTED:
        return False
    word = NEAR if len(match.group()) >= LONG else BESIDE
    return word.search(head) is not None


def is_number(run: str) -> bool:
    """Tell whether a run is a number: enough of it are numerals, not only words that sound so."""
    table = tables().digits
    digits = [character for character in run if character.isdigit() or character in table]
    odd = [character for character in digits if character in table]
    numerals = [c for c in digits if c in NUMERALS or (c.isascii() and c.isdigit())]
    enough = 3 * len(numerals) >= len(digits)
    return len(odd) >= 2 and (enough or (len(digits) >= CERTAIN and len(numerals) >= 2))


def digit_edits(match: re.Match[str]) -> list[Edit]:
    """Return one edit for each character of a run that stands for a digit."""
    table = tables().digits
    return [
        Edit(place, place + 1, table[character], "number")
        for place, character in enumerate(match.group(), start=match.start())
        if character in table
    ]
