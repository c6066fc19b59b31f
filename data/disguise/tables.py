"""What the transforms look up: words to disguise, sounds, look-alikes and pieces of characters.

Sounds come from pypinyin over GB 2312, pieces and rare variants from the public character data
that models/normaliser/tables/ORIGINS.md names; words and emoji are our own (tables.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import regex
import yaml
from ahocorasick_rs import AhoCorasick, MatchKind
from pypinyin import Style, pinyin

from models.normaliser.builder.sources import common, rows

OWN = Path(__file__).with_name("tables.yaml")
# Pieces that stand on the left, so that writing them in a row still looks like the character.
LEFT = frozenset(
    "氵扌钅亻讠纟忄犭阝衤饣礻彳冫牜口木月土石女火日禾虫足王目山贝米马酉车舟立弓工巾歹白子"
)
LETTERS = regex.compile(r"[A-Za-z ]+")
WRITTEN_LIKE_WORDS = regex.compile(r"[\p{Han}A-Za-z0-9+ ]+")
# Sounds that many speakers, and the input methods of everybody, do not tell apart.
FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
ROWS, COLUMNS = range(0xB0, 0xF8), range(0xA1, 0xFF)


@dataclass(frozen=True)
class Tables:
    """The tables; `words` finds what is disguised first, the others map a word or character."""

    words: AhoCorasick
    spoken: Mapping[str, tuple[str, ...]]  # word -> ways of writing it by sound
    letters: Mapping[str, tuple[str, ...]]  # word -> ways of writing it in letters
    pictured: Mapping[str, tuple[str, ...]]  # word or character -> emoji that mean it
    homophones: Mapping[str, tuple[str, ...]]  # character -> everyday ones that sound alike
    heard: Mapping[str, tuple[str, ...]]  # character -> emoji whose name sounds alike
    shapes: Mapping[str, tuple[str, ...]]  # character -> what looks like it
    pieces: Mapping[str, str]  # character -> its left and right piece


@cache
def syllable(character: str) -> str:
    """Return the first reading of a character, without tone."""
    return pinyin(character, style=Style.NORMAL)[0][0]


@cache
def tables() -> Tables:
    """Return the shared tables, built on first use."""
    own = yaml.safe_load(OWN.read_text(encoding="utf-8"))
    written = {word: tuple(_forms(ways)) for word, ways in own["written"].items()}
    said = {c: syllable(c) for c in _standard()}
    pieces = _pieces()
    words = {word for group in own["words"].values() for word in group.split()} | set(written)
    return Tables(
        words=AhoCorasick(sorted(words), matchkind=MatchKind.LeftmostLongest),
        spoken=_kept(written, lambda form: _kind(form) == "spoken"),
        letters=_kept(written, lambda form: _kind(form) == "letters"),
        pictured=_pictured(own["emoji"], written),
        homophones=_homophones(said),
        heard=_heard(own["emoji"], said),
        shapes=_shapes(own["lookalikes"].split(), pieces),
        pieces=pieces,
    )


def _standard() -> list[str]:
    """Return the Chinese characters of GB 2312, in its order."""
    codes = (bytes((row, column)) for row in ROWS for column in COLUMNS)
    decoded = (code.decode("gb2312", errors="ignore") for code in codes)
    return [character for character in decoded if character]


def _forms(ways: str) -> list[str]:
    return list(dict.fromkeys(ways.split()))


def _kind(form: str) -> str:
    if LETTERS.fullmatch(form):
        return "letters"
    return "spoken" if WRITTEN_LIKE_WORDS.fullmatch(form) else "pictured"


def _kept(written: Mapping[str, tuple[str, ...]], wanted: Any) -> dict[str, tuple[str, ...]]:
    kept = {word: tuple(filter(wanted, forms)) for word, forms in written.items()}
    return {word: forms for word, forms in kept.items() if forms}


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        if key != value:
            found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def _pictured(
    emoji: Mapping[str, str], written: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    pairs = [(word, sign) for sign, words in emoji.items() for word in words.split()]
    by_hand = _kept(written, lambda form: _kind(form) == "pictured")
    return _gathered(pairs + [(word, form) for word, forms in by_hand.items() for form in forms])


def _heard(emoji: Mapping[str, str], said: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    sounds: dict[str, list[str]] = {}
    for sign, words in emoji.items():
        name = words.split()[0]
        if len(name) == 1:
            sounds.setdefault(said[name], []).append(sign)
    return {c: tuple(sounds[sound]) for c, sound in said.items() if sound in sounds}


def _fuzzy(sound: str) -> str:
    for full, flat in FUZZY:
        sound = sound.replace(full, flat)
    return sound


def _homophones(said: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Everyday characters of the same sound, each thrice, then rarer and merely similar ones."""
    like: dict[str, list[str]] = {}
    for character, sound in said.items():
        like.setdefault(_fuzzy(sound), []).append(character)
    found = {}
    for character, sound in said.items():
        if not common(character):
            continue
        others = [c for c in like[_fuzzy(sound)] if c != character]
        same = [c for c in others if said[c] == sound]
        everyday = [c for c in same if common(c)]
        similar = [c for c in others if said[c] != sound and common(c)]
        choices = (*everyday * 6, *(c for c in same if not common(c)), *similar)
        if choices:
            found[character] = choices
    return found


def _pieces() -> dict[str, str]:
    """Return everyday characters with their two pieces, where the first one stands on the left."""
    return {
        character: pieces
        for pieces, character in rows("splits.tsv", 2)
        if len(pieces) == 2 and pieces[0] in LEFT and common(character)
    }


def _shapes(groups: list[str], pieces: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Look-alikes by hand, characters that share the right piece, a few rare ones around a part."""
    near = [(one, other) for group in groups for one in group for other in group]
    beside: dict[str, list[str]] = {}
    for character, pair in pieces.items():
        beside.setdefault(pair[1], []).append(character)
    for right, family in beside.items():
        near += [(one, other) for one in family for other in family]
        if common(right):
            near += [(one, right) for one in family]
    usual = _gathered(near)
    rare = _gathered(
        [(part, whole) for whole, part in rows("components.tsv", 2)]
        + [(plain, variant) for variant, plain in rows("variants.tsv", 2)]
    )
    return {
        c: usual.get(c, ()) + rare.get(c, ())[: max(2, len(usual.get(c, ())))]
        for c in sorted(usual.keys() | rare.keys())
        if common(c)
    }
