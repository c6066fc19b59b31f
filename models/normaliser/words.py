"""Disguised words: homophones, pinyin, split characters, initials and emoji, beside their context.

One automaton runs over the text in lower case. What it finds is read only in its context and never
inside an ordinary word (a false friend).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from models.normaliser.contexts import Context
from models.normaliser.tables import Tables, tables
from models.normaliser.trace import Edit, Trace


class Form(NamedTuple):
    """A disguised form: what it reads as, why, and in which context (None: in any)."""

    reads: str
    transform: str
    context: Context | None


class WordReader:
    """Finds the disguised words of a text; immutable, so threads may share it."""

    def __init__(self, data: Tables) -> None:
        contexts = {name: Context.from_table(table) for name, table in data.contexts.items()}
        forms: defaultdict[str, list[Form]] = defaultdict(list)
        for written, reads, transform, context in data.words:
            forms[written].append(Form(reads, transform, contexts.get(context)))
        self.friends = frozenset(data.friends)
        meant = sorted({r for _, r, _, _ in data.words if len(r) > 1}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, meant)))
        self.forms = dict(forms)
        self.patterns = [*forms, *(friend for friend in data.friends if friend not in forms)]
        self.written = automaton(self.patterns)

    def edits(self, text: str) -> list[Edit]:
        """Return what to put in place of disguised words, in order and without overlaps."""
        lower = lowered(text)
        friends: list[tuple[int, int]] = []
        candidates: list[tuple[int, int, list[Form]]] = []
        for index, begin, stop in self.written.find_matches_as_indexes(lower, overlapping=True):
            pattern = self.patterns[index]
            if pattern in self.friends:
                friends.append((begin, stop))
            if pattern in self.forms:
                candidates.append((begin, stop, self.forms[pattern]))
        if not candidates:
            return []
        return list(self.chosen(lower, candidates, friends))

    def chosen(
        self,
        lower: str,
        candidates: list[tuple[int, int, list[Form]]],
        friends: list[tuple[int, int]],
    ) -> Iterator[Edit]:
        """Yield the leftmost, then longest candidates that their context and friends allow."""
        position = 0
        near: dict[Context, bool] = {}
        for begin, stop, forms in sorted(candidates, key=lambda found: (found[0], -found[1])):
            if begin < position or cuts_letters(lower, begin, stop):
                continue
            if any(covers(friend, begin, stop) for friend in friends):
                continue
            for form in forms:
                if form.context is None or allowed(form.context, lower, begin, stop, near):
                    yield Edit(begin, stop, form.reads, form.transform)
                    position = stop
                    break


def allowed(context: Context, lower: str, begin: int, stop: int, near: dict[Context, bool]) -> bool:
    """Tell whether a context allows a form; what stands anywhere is looked for once a text."""
    answer = context.allows(lower, begin, stop)
    if answer is None and context.anywhere is not None:
        if context not in near:
            near[context] = context.anywhere.search(lower) is not None
        return near[context]
    return bool(answer)


def covers(friend: tuple[int, int], begin: int, stop: int) -> bool:
    """Tell whether a friend overlaps `begin:stop` without lying wholly inside it."""
    first, last = friend
    return first < stop and begin < last and not (begin < first and last < stop)


def cuts_letters(text: str, begin: int, stop: int) -> bool:
    """Tell whether a Latin letter beside `begin:stop` belongs to the same run of letters."""
    return (latin(text[begin]) and begin > 0 and latin(text[begin - 1])) or (
        latin(text[stop - 1]) and stop < len(text) and latin(text[stop])
    )


def latin(character: str) -> bool:
    """Tell whether a character is an ASCII letter."""
    return character.isascii() and character.isalpha()


def lowered(text: str) -> str:
    """Return the text in lower case, character for character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower()[:1] for c in text)


def automaton(patterns: Iterable[str]) -> AhoCorasick:
    """Build an automaton that finds overlapping patterns."""
    return AhoCorasick(
        patterns, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )


@cache
def reader() -> WordReader:
    """Return the shared reader, built on first use."""
    return WordReader(tables())


def read_words(trace: Trace) -> None:
    """Read disguised words as the words they stand for."""
    trace.substitute(reader().edits(trace.text))
