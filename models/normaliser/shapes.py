"""What looks like something else: split characters, letters of other scripts, Martian script."""

from __future__ import annotations

import re
from functools import cache

from models.normaliser.tables import tables
from models.normaliser.trace import Edit, Trace

# Talk about how characters are written names their halves without meaning the whole.
ABOUT_WRITING = re.compile("偏旁|部首|字旁|旁边的字|三点水|单人旁|提手旁|拆字|拼成|组成")
DENSE_LEAST = 3  # rare characters
DENSE_SHARE = 6  # and at least one in so many characters


@cache
def split_pattern() -> re.Pattern[str]:
    """Return the pattern of pairs that are halves of one character."""
    return re.compile("|".join(sorted(map(re.escape, tables().splits))))


@cache
def half() -> re.Pattern[str]:
    """Return the pattern of radicals that hardly stand alone."""
    return re.compile(f"[{tables().radicals}]")


def join_halves(trace: Trace) -> None:
    """Put together characters that stand as a radical and the rest: 亻尔 is 你."""
    text = trace.text
    if half().search(text) is None or ABOUT_WRITING.search(text):
        return
    splits = tables().splits
    trace.substitute(
        [Edit(*m.span(), splits[m.group()], "shape") for m in split_pattern().finditer(text)]
    )


@cache
def lookalike() -> re.Pattern[str]:
    """Return the pattern of characters that may pass for an ASCII letter or digit."""
    near: list[str] = []
    far: list[str] = []
    for character in sorted(tables().confusables):  # a set beyond the first plane is slow to search
        (near if character < "\U00010000" else far).append(character)
    return re.compile(f"[{''.join(near)}]|(?=[\U00010000-\U0001ffff])[{''.join(far)}]")


@cache
def letter_run() -> re.Pattern[str]:
    """Return the pattern of runs of letters, digits and signs that are not Chinese."""
    return re.compile("(?:[^\\W_\u2e80-\uffff]|" + lookalike().pattern + ")+")


def read_lookalikes(trace: Trace) -> None:
    """Read letters of other scripts as ASCII where they stand among ASCII letters or digits."""
    if lookalike().search(trace.text) is None:
        return
    table = tables().confusables
    edits = []
    for match in letter_run().finditer(trace.text):
        run = match.group()
        others = {character for character in run if not character.isascii()}
        if others and others <= table.keys() and disguised(run, others):
            edits += [
                Edit(place, place + 1, table[character], "confusable")
                for place, character in enumerate(run, start=match.start())
                if character in table
            ]
    trace.substitute(edits)


# Signs of units, money and formulas beside numbers are what they seem to be, and so are words in
# Greek or Cyrillic.
SCIENCE = frozenset("αβγδεθλμπρσφωνι")
MONEY = frozenset("€£¥₩฿")
SPELT = re.compile("[A-Za-z]{2}[€£¥₩฿][A-Za-z0-9]")
LIVING = range(0x0370, 0x0590)


def disguised(run: str, others: set[str]) -> bool:
    """Tell whether a run mixes scripts as no word, formula or price does."""
    if others <= SCIENCE:
        return False
    if others <= MONEY:
        return SPELT.search(run) is not None
    if max(others) < "\u0250":
        return any(c.isdigit() for c in run)  # ı and ł are letters of European languages
    pure = not any(c.isascii() for c in run)
    return not pure or not any(ord(c) in LIVING for c in others)


@cache
def rare() -> re.Pattern[str]:
    """Return the pattern of rare characters with an everyday part."""
    return re.compile("[" + "".join(sorted(tables().components)) + "]")


def read_martian(trace: Trace) -> None:
    """Read rare characters by their everyday part where a text is full of them."""
    if rare().search(trace.text) is None:
        return
    places = [match.start() for match in rare().finditer(trace.text)]
    if len(places) < DENSE_LEAST or len(places) * DENSE_SHARE < len(trace.text):
        return
    table = tables().components
    trace.substitute(
        [Edit(place, place + 1, table[trace.text[place]], "martian") for place in places]
    )
