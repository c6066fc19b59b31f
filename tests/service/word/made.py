"""Word lists made for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from service.word.entries import Draft, Kind, WordList, read_entry, reading
from service.word.matcher import WordMatcher
from service.word.snapshot import compile_lists
from tests.service.posts import NORMALISER

READ = reading(NORMALISER)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def word_list(name: str, kind: Kind, *entries: str | Draft) -> WordList:
    drafts = [entry if isinstance(entry, Draft) else Draft(entry) for entry in entries]
    return WordList(
        name,
        kind,
        tuple(read_entry(f"{name}-{n}", draft, READ) for n, draft in enumerate(drafts)),
    )


def matcher(*lists: WordList) -> WordMatcher:
    return WordMatcher(compile_lists(lists), clock=lambda: NOW)
