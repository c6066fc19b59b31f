"""From raw tables to what the normaliser looks up: disguised forms are generated here."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from models.normaliser.builder.sources import common, contexts, lines, rare, rows

ALWAYS = "-"
# Halves that hardly stand alone in running text: two of a kind are put together anywhere.
RADICALS = frozenset("亻氵扌彳讠纟钅饣忄犭礻衤阝刂辶疒攵牜灬")
# Hebrew to Georgian: whoever writes these means them.
LIVING_SCRIPTS = range(0x0590, 0x1100)
LEAST_SPLIT = 2
MOST_SPLITS = 3


def compile_tables() -> dict[str, Any]:
    """Return everything `compiled.json` holds, in a fixed order."""
    readings = {c: syllable for syllable, chars in rows("readings.tsv", 2) for c in chars}
    splits: dict[str, list[str]] = {}
    for pieces, character in rows("splits.tsv", 2):
        splits.setdefault(character, []).append(pieces)
    canonical = list(rows("canonical.tsv", 5))
    own = list(rows("characters.tsv", 3))
    characters = {c: (reads, name) for c, reads, name in own if name != "lookalike"}
    characters |= variants(canonical, characters)
    return {
        "characters": dict(sorted(characters.items())),
        "confusables": confusables(own),
        "radicals": "".join(sorted(RADICALS)),
        "splits": radical_splits(splits),
        "components": components(characters),
        "digits": {c: digit for digit, chars in rows("digits.tsv", 2) for c in chars},
        "words": words(canonical, readings, splits),
        "friends": lines("friends.txt"),
        "contexts": contexts(),
    }


def render(tables: dict[str, Any]) -> str:
    """Return the tables as the text of `compiled.json`: one table a line."""
    parts = [
        f"{json.dumps(name)}: {json.dumps(table, ensure_ascii=False, separators=(',', ':'))}"
        for name, table in tables.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def variants(
    canonical: list[tuple[str, ...]], known: dict[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """Return rare variants of the characters that disguised words are made of."""
    needed = {character for word, *_ in canonical for character in word}
    return {
        rare_form: (character, "shape")
        for rare_form, character in rows("variants.tsv", 2)
        if character in needed and rare_form not in known
    }


def confusables(own: list[tuple[str, ...]]) -> dict[str, str]:
    """Return letters of other scripts that pass for ASCII, ours over those of Unicode."""
    table = {c: reads for c, reads in rows("confusables.tsv", 2) if ord(c) not in LIVING_SCRIPTS}
    return table | {c: reads for c, reads, name in own if name == "lookalike"}


def radical_splits(splits: dict[str, list[str]]) -> dict[str, str]:
    """Return pairs with a radical that hardly stands alone: they are put together anywhere."""
    return {
        pieces: character
        for character, ways in splits.items()
        for pieces in ways
        if len(pieces) == LEAST_SPLIT and RADICALS.intersection(pieces)
    }


def components(known: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return rare characters with the everyday part they are read by in Martian script."""
    return {
        character: part
        for character, part in rows("components.tsv", 2)
        if rare(character) and common(part) and character not in known
    }


def words(
    canonical: list[tuple[str, ...]], readings: dict[str, str], splits: dict[str, list[str]]
) -> list[tuple[str, str, str, str]]:
    """Return every written form with its reading: by hand first, then the generated ones."""
    found = {(w, context): (w, reads, name, context) for w, reads, name, context in written()}
    taken = {w for w, _ in found}
    real = set(lines("sound_words.txt"))
    for word, sound, pinyin, split, mix in canonical:
        generated: list[tuple[str, str, str]] = []
        if sound != ALWAYS:
            context = ALWAYS if sound == "*" else sound.removesuffix("+")
            heard = homophones(word, readings, both=sound.endswith("+"))
            generated += [(form, "homophone", context) for form in heard if form not in real]
        if pinyin != ALWAYS:
            context = "always_token" if pinyin == "*" else pinyin
            said = [readings[c] for c in word]
            generated += [(joint.join(said), "pinyin", context) for joint in ("", " ")]
        if mix != ALWAYS:
            generated += [(form, "pinyin", ALWAYS) for form in mixed(word, readings)]
        if split != ALWAYS:
            generated += [(form, "shape", ALWAYS) for form in split_forms(word, splits)]
        for form, name, context in generated:
            if form not in taken:
                found[form, context] = (form, word, name, context)
    return list(found.values())


def written() -> list[tuple[str, ...]]:
    """Return the forms written by hand; ValueError where one repeats or has no known context."""
    table = list(rows("written.tsv", 4))
    known = set(contexts()) | {ALWAYS}
    seen: set[tuple[str, str]] = set()
    for form, _, _, context in table:
        if (form, context) in seen:
            raise ValueError(f"written.tsv: {form} stands twice with the context {context!r}")
        seen.add((form, context))
        if context not in known:
            raise ValueError(f"written.tsv: {form} asks for the unknown context {context!r}")
        if form != form.lower():
            raise ValueError(f"written.tsv: {form} is not lower case")
    return table


def homophones(word: str, readings: dict[str, str], *, both: bool) -> list[str]:
    """Return what sounds like a word with one uncommon character in it, or with all replaced."""
    like = [[c for c, said in readings.items() if said == readings[own]] for own in word]
    forms = [
        word[:place] + other + word[place + 1 :]
        for place, others in enumerate(like)
        for other in others
        if not common(other)
    ]
    if both:
        forms += [
            "".join(choice) for choice in product(*like) if not all(common(c) for c in choice)
        ]
    return [form for form in dict.fromkeys(forms) if form != word]


def mixed(word: str, readings: dict[str, str]) -> list[str]:
    """Return the forms of a word where some of its characters, not all, stand in pinyin."""
    choices = product(*((c, readings[c]) for c in word))
    whole = "".join(readings[c] for c in word)
    forms = ("".join(choice) for choice in choices)
    return [form for form in forms if form not in {word, whole}]


def split_forms(word: str, splits: dict[str, list[str]]) -> list[str]:
    """Return the forms of a word where some characters stand as their pieces."""
    ways = []
    for character in word:
        pieces = splits.get(character, [])
        if any(RADICALS.intersection(way) for way in pieces):
            pieces = []  # 人用 is no 佣 where 亻用 is
        ways.append([character, *pieces[:MOST_SPLITS]])
    return ["".join(choice) for choice in product(*ways) if "".join(choice) != word]
