"""The ways in which evaders write: each takes a text and gives one that people still read.

All are deterministic under the given Random and leave a text alone that they find nothing in.
`share` is the part of the characters to change, 0 to 1; without it each post draws its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import ceil
from typing import Protocol

import regex
from opencc import OpenCC

from data.disguise.tables import syllable, tables
from data.disguise.targets import Span, caught, drawn_share, is_han, is_word, targets

BY_CUSTOM = 0.6  # how often a word with a customary disguise takes that one
BY_SOUND = 0.5  # how often a character without an emoji of its meaning takes one of its sound
WHOLE_TEXT = 0.7  # how often Traditional is the whole text rather than some words
ONE_MARK = 0.8  # how often a post keeps to one separator
SEPARATORS = (*"  -.*_/|~·、丨+,，。^&=…→°丶﹏‖「░♡★灬゛", "  ", "--")
# Joiners and spaces without width, direction marks, a variation selector, strokes over a letter.
UNSEEN = (
    *("\u200b", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u034f"),
    *("\ufe0f", "\u0336", "\u0337", "\u180e", "\u2063"),
)
CONFIGURATIONS = ("s2t", "s2t", "s2tw", "s2hk")
ASCII_RUN = regex.compile(r"[!-~]+")
# Where the letters A, a and the digit 0 begin in styles that look alike.
STYLES = (
    (0xFF21, 0xFF41, 0xFF10),  # full width
    (0xFF21, 0xFF41, 0xFF10),
    (0x1D538, 0x1D552, 0x1D7D8),  # double-struck
    (0x1D400, 0x1D41A, 0x1D7CE),  # bold
    (0x1D670, 0x1D68A, 0x1D7F6),  # monospace
    (0x24B6, 0x24D0, 0x245F),  # circled; its digits begin with one
)
# Double-struck capitals that Unicode had before it had the style.
EARLIER = {0x1D53A: "ℂ", 0x1D53F: "ℍ", 0x1D545: "ℕ", 0x1D547: "ℙ", 0x1D548: "ℚ", 0x1D549: "ℝ"}
EARLIER |= {0x1D551: "ℤ", 0x245F: "⓪"}


class Transform(Protocol):
    """One way of disguising a text."""

    def __call__(self, text: str, rng: random.Random, share: float | None = None, /) -> str:
        """Return the text in disguise, the same for the same Random."""


def _rewrite(text: str, spans: Sequence[Span], write: Callable[[str], str]) -> str:
    parts, end = [], 0
    for begin, stop in spans:
        parts += [text[end:begin], write(text[begin:stop])]
        end = stop
    return "".join((*parts, text[end:]))


def homophone(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write characters that sound alike: 加薇, 威信."""
    spoken, like = tables().spoken, tables().homophones

    def write(word: str) -> str:
        if word in spoken and rng.random() < BY_CUSTOM:
            return rng.choice(spoken[word])
        one = (
            rng.randrange(len(word)) if rng.random() < 0.5 else None
        )  # often one of a word is enough
        return "".join(
            rng.choice(like[c]) if c in like and one in {None, i} else c for i, c in enumerate(word)
        )

    return _rewrite(text, targets(text, rng, drawn_share(rng, share), like), write)


def shape(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write what looks alike: another radical, none, or a rare character around the same part."""
    like = tables().shapes

    def write(word: str) -> str:
        return "".join(rng.choice(like[c]) if c in like else c for c in word)

    return _rewrite(text, targets(text, rng, drawn_share(rng, share), like), write)


def split_character(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write the pieces of characters side by side: 亻尔, 氵去, 女子."""
    pieces = tables().pieces

    def write(word: str) -> str:
        return "".join(pieces.get(c, c) for c in word)

    return _rewrite(text, targets(text, rng, drawn_share(rng, share), pieces), write)


def emoji(text: str, rng: random.Random, share: float | None = None) -> str:
    """Put emoji for words that they picture, or for characters that sound like what they show."""
    pictured, heard = tables().pictured, tables().heard
    usable = {c for c in set(text) if c in pictured or c in heard}
    usable.update(c for word in pictured if len(word) > 1 and word in text for c in word)

    def write(word: str) -> str:
        if word in pictured:
            return rng.choice(pictured[word])
        return "".join(_emoji_of(c, rng) for c in word)

    return _rewrite(text, targets(text, rng, drawn_share(rng, share), usable), write)


def _emoji_of(character: str, rng: random.Random) -> str:
    pictured, heard = tables().pictured, tables().heard
    if character in pictured:
        return rng.choice(pictured[character])
    if character in heard and rng.random() < BY_SOUND:
        return rng.choice(heard[character])
    return character


def separators(text: str, rng: random.Random, share: float | None = None) -> str:
    """Put marks and blanks between the characters of words: 加-微-信."""
    mark = rng.choice(SEPARATORS)
    mixed = rng.random() >= ONE_MARK
    return _insert(text, rng, share, lambda: rng.choice(SEPARATORS) if mixed else mark)


def zero_width(text: str, rng: random.Random, share: float | None = None) -> str:
    """Put characters between others that are not seen, or that strike them through."""
    marks = rng.sample(UNSEEN, rng.randint(1, 3))
    return _insert(text, rng, share, lambda: rng.choice(marks) * rng.randint(1, 2))


def _insert(text: str, rng: random.Random, share: float | None, mark: Callable[[], str]) -> str:
    """Put marks into a share of the gaps between two letters, inside caught words first."""
    gaps = [i for i in range(1, len(text)) if is_word(text[i - 1]) and is_word(text[i])]
    goal = ceil(drawn_share(rng, share) * len(gaps))
    inside = [i for begin, end in caught(text, rng) for i in range(begin + 1, end)]
    others = sorted(set(gaps).difference(inside))
    order = [*inside, *rng.sample(others, len(others))]
    return _rewrite(text, [(i, i) for i in sorted(order[:goal])], lambda _: mark())


@cache
def _converter(configuration: str) -> OpenCC:
    return OpenCC(configuration)


def traditional(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write in Traditional characters as OpenCC converts them, mostly all of the text."""
    converter = _converter(rng.choice(CONFIGURATIONS))
    if rng.random() < WHOLE_TEXT:
        return str(converter.convert(text))
    spans = targets(text, rng, drawn_share(rng, share), width=4)
    return _rewrite(text, spans, lambda word: str(converter.convert(word)))


def full_width(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write letters and digits full width or in a style of Unicode that looks alike: 𝕊𝕂𝔼."""
    spans = [match.span() for match in ASCII_RUN.finditer(text)]
    goal = ceil(max(drawn_share(rng, share), 0.5) * len(spans))
    style = rng.choice(STYLES)

    def write(run: str) -> str:
        return "".join(_styled(c, style) for c in run)

    return _rewrite(text, sorted(rng.sample(spans, goal)), write)


def _styled(character: str, style: tuple[int, int, int]) -> str:
    for first, base in zip("Aa0", style, strict=True):
        if character.isalnum() and first <= character < chr(ord(first) + 26):
            code = base + ord(character) - ord(first)
            return EARLIER.get(code, chr(code))
    return chr(ord(character) + 0xFEE0) if style[0] == STYLES[0][0] else character


def pinyin_initials(text: str, rng: random.Random, share: float | None = None) -> str:
    """Write words in pinyin, whole, by initials, or mixed with characters: jia wei, jwx, 加wei."""
    letters = tables().letters
    way = rng.choice(("whole", "apart", "initials", "initials", "mixed"))

    def write(word: str) -> str:
        if word in letters and rng.random() < BY_CUSTOM:
            return rng.choice(letters[word])
        said = [syllable(c) if is_han(c) else c for c in word]
        if way == "initials":
            return "".join(sound[0] for sound in said)
        if way == "mixed":
            kept = rng.randrange(len(word)) if len(word) > 1 else None
            return "".join(c if i == kept else said[i] for i, c in enumerate(word))
        return (" " if way == "apart" else "").join(said)

    return _rewrite(text, targets(text, rng, drawn_share(rng, share), width=2), write)


TRANSFORMS: Mapping[str, Transform] = {
    "homophone": homophone,
    "shape": shape,
    "split_character": split_character,
    "emoji": emoji,
    "separators": separators,
    "zero_width": zero_width,
    "traditional": traditional,
    "full_width": full_width,
    "pinyin_initials": pinyin_initials,
}
