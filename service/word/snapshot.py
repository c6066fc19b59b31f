"""Every list of one moment, compiled: one automaton over all words, never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from ahocorasick_rs import AhoCorasick, MatchKind

from service.word.entries import Entry, WordList

VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """An entry with its words as numbers of the automaton's."""

    list: WordList
    entry: Entry
    needed: tuple[tuple[int, ...], ...]
    barred: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Lists ready to match; `starts[word]` holds the rules whose first group has the word."""

    version: str
    lists: Mapping[str, WordList]
    words: tuple[str, ...]
    starts: tuple[tuple[Rule, ...], ...]
    automaton: AhoCorasick | None

    @property
    def entries(self) -> int:
        """How many entries all lists have together."""
        return sum(len(one.entries) for one in self.lists.values())


def compile_lists(lists: Iterable[WordList]) -> Snapshot:
    """Build a snapshot; with 100,000 words it takes about a second, so do it in a thread."""
    by_name = {one.name: one for one in sorted(lists, key=lambda one: one.name)}
    numbers: dict[str, int] = {}
    starts: list[list[Rule]] = []
    for one in by_name.values():
        for entry in one.entries:
            rule = Rule(one, entry, *_numbered(entry, numbers))
            starts.extend([] for _ in range(len(numbers) - len(starts)))
            for word in rule.needed[0]:
                starts[word].append(rule)
    words = tuple(numbers)
    return Snapshot(
        version=version_of(by_name.values()),
        lists=by_name,
        words=words,
        starts=tuple(map(tuple, starts)),
        automaton=AhoCorasick(words, matchkind=MatchKind.Standard) if words else None,
    )


def version_of(lists: Iterable[WordList]) -> str:
    """Return a short hash of everything in the lists that shows in an answer."""
    digest = hashlib.sha256()
    for one in lists:
        digest.update(orjson.dumps([one.name, one.kind]))
        for entry in sorted(one.entries, key=lambda entry: entry.key):
            draft = entry.draft
            digest.update(orjson.dumps([entry.key, draft.tags, draft.note, draft.expires]))
    return digest.hexdigest()[:VERSION_DIGITS]


def _numbered(
    entry: Entry, numbers: dict[str, int]
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    def number(words: Iterable[str]) -> tuple[int, ...]:
        forms = [
            form for word in words for form in (word, entry.literal.get(word)) if form is not None
        ]
        return tuple(numbers.setdefault(form, len(numbers)) for form in forms)

    return tuple(map(number, entry.read.needed)), number(entry.read.barred)
