"""What can be said of a word by looking at it and at the lists there are, without any post."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from service.catalogue import words as texts
from service.word.entries import Entry, Kind, lowered
from service.word.pattern import parse
from service.word.snapshot import Rule, Snapshot
from service.word.spans import bounded

FULL_WIDTH = frozenset("＆～｜")
# Each kind of advice is given a few times a pattern at most.
MOST_OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing worth a look: `code` is stable, `detail` is for people."""

    code: str
    detail: str


class Adviser:
    """Says what is worth a look before entries go live beside the lists of a snapshot."""

    def __init__(self, entries: Sequence[Entry], kind: Kind, snapshot: Snapshot) -> None:
        self._kind = kind
        self._snapshot = snapshot
        self._guards = {} if kind == "allow" else _guards(entries, snapshot)

    def advise(self, entry: Entry) -> list[Remark]:
        """Return the remarks on one of the entries, a few of each kind."""
        remarks: dict[str, list[Remark]] = {}
        for remark in (*_form(entry), *self._beside(entry)):
            same = remarks.setdefault(remark.code, [])
            if len(same) < MOST_OF_A_KIND and remark not in same:
                same.append(remark)
        return [remark for same in remarks.values() for remark in same]

    def _beside(self, entry: Entry) -> Iterator[Remark]:
        """Compare with plain entries whose words lie inside ours, and allow words around them."""
        for word in _needed(entry):
            for rule, other in _inside(word, self._snapshot):
                if rule.entry.key != entry.key or rule.list.kind != self._kind:
                    yield from _contained(word, other, rule, entry, self._kind)
            for guard, name in self._guards.get(word, ()):
                yield Remark("ordinary_word", texts.ordinary_word(guard, name))


def _form(entry: Entry) -> Iterator[Remark]:
    written = entry.draft.pattern
    if FULL_WIDTH & set(written):
        yield Remark("full_width_operator", texts.full_width(written))
    for group in entry.read.needed if entry.read.plain else ():
        for word in group:
            if _short(word):
                yield Remark("short", texts.short(word))
    for word in parse(written).words:
        plain = lowered(unicodedata.normalize("NFKC", word))
        if plain not in entry.read.words:
            read = _reading_of(word, entry)
            yield Remark("reads_otherwise", texts.reads_otherwise(word, read))


def _reading_of(word: str, entry: Entry) -> str:
    """Return what the group of a written word became."""
    written = parse(entry.draft.pattern)
    for group, read in zip(written.needed, entry.read.needed, strict=True):
        if word in group:
            return "|".join(read)
    return "|".join(entry.read.barred)


def _short(word: str) -> bool:
    return len(word) == 1 or (word.isascii() and len(word) == 2)


def _inside(word: str, snapshot: Snapshot) -> Iterator[tuple[Rule, str]]:
    """Yield the plain rules of which a word stands inside `word`."""
    if snapshot.automaton is None:
        return
    for number, start, end in snapshot.automaton.find_matches_as_indexes(word, overlapping=True):
        if bounded(word, start, end):
            for rule in snapshot.starts[number]:
                if rule.entry.read.plain:
                    yield rule, snapshot.words[number]


def _contained(word: str, other: str, rule: Rule, entry: Entry, kind: Kind) -> Iterator[Remark]:
    pattern, name = rule.entry.draft.pattern, rule.list.name
    if kind == "allow" and rule.list.kind != "allow":
        yield Remark("hides", texts.hides(pattern, name))
    elif kind != "allow" and rule.list.kind == "allow":
        if other == word:
            yield Remark("contradicts_allow", texts.contradicts_allow(word, pattern, name))
    elif kind == rule.list.kind and len(entry.read.needed[0]) == 1 and kind != "allow":
        yield Remark("covered", texts.covered(pattern, name))


def _needed(entry: Entry) -> list[str]:
    return [word for group in entry.read.needed for word in group]


def _guards(entries: Sequence[Entry], snapshot: Snapshot) -> dict[str, list[tuple[str, str]]]:
    """Return, by new word, allow words that hold it: one search over all allow words."""
    words = sorted({word for entry in entries for word in _needed(entry)})
    guards: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    if not words:
        return guards
    automaton = AhoCorasick(words, matchkind=MatchKind.Standard)
    for one in snapshot.lists.values():
        allowed = one.entries if one.kind == "allow" else ()
        for longer in (word for entry in allowed for word in _needed(entry)):
            for number, start, end in automaton.find_matches_as_indexes(longer, overlapping=True):
                word = words[number]
                if word != longer and bounded(longer, start, end):
                    guards[word].append((longer, one.name))
    return guards
