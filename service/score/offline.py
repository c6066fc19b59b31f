"""Scoring without a store: what ships with Mingjian, for files of posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.debunks import read_shipped as read_shipped_debunks
from models.explain import explain
from models.release import Release
from models.runtime import Outputs
from models.scorer import Scorer
from service.debunk.embedding import Embedder, stacked, texts_of
from service.debunk.library import DebunkLibrary
from service.debunk.snapshot import Entry
from service.decide import DEFAULT, ActivePolicy
from service.policy.compile import check_policy
from service.policy.reading import read_policy
from service.policy.service import Policies
from service.rule.service import RuleBook
from service.score.answer import answer
from service.score.case import Case, prepare, take, windows_of
from service.score.finding import Sources
from service.score.schemas import Item, Scored
from service.stages import Stages
from service.word.entries import reading
from service.word.matcher import WordMatcher
from service.word.shipped import read_shipped
from service.word.snapshot import compile_lists


class Judge:
    """Judges posts as the service does with shipped words, debunks and policies.

    `policy` names a shipped policy or a file; schedules are left aside. Posts are judged each by
    itself: bursts of an author are not looked for, so a file gets the same results in any parts.
    The three steps may run side by side for different posts; `explained` adds the clauses behind
    every flag. Raises UnknownPolicy and InvalidPolicy.
    """

    def __init__(
        self, scorer: Scorer, policy: str | None = None, *, explained: bool = False
    ) -> None:
        self._scorer = scorer
        self._active = find_policy(scorer.release, policy or DEFAULT)
        self._sources = shipped_sources(scorer)
        self._explained = explained
        self._now = datetime.now(UTC)

    def __call__(self, items: Sequence[Item]) -> list[Scored]:
        """Return the results of posts: the three steps one after the other."""
        cases = self.prepare(items)
        return self.finish(cases, self.infer(cases))

    def prepare(self, items: Sequence[Item]) -> list[Case]:
        """Normalise, match and tokenise posts."""
        nobodys = [
            item if item.author_id is None else item.model_copy(update={"author_id": None})
            for item in items
        ]
        return prepare(self._scorer, self._sources, nobodys, self._active, self._now, Stages())

    def infer(self, cases: Sequence[Case]) -> Outputs | None:
        """Return what the model says of all windows; None where there are no posts."""
        return self._scorer.infer(windows_of(cases)) if cases else None

    def finish(self, cases: Sequence[Case], outputs: Outputs | None) -> list[Scored]:
        """Calibrate, look for debunks, decide and answer."""
        if outputs is None:
            return []
        take(self._scorer, self._sources, cases, outputs, self._now, Stages())
        if self._explained:
            wanted = [(case, flagged) for case in cases if (flagged := case.to_explain())]
            found = explain(self._scorer, [flagged for _, flagged in wanted])
            for (case, _), cited in zip(wanted, found, strict=True):
                case.cited = cited
        return [answer(case, self._scorer.release.normaliser) for case in cases]


def find_policy(release: Release, name_or_file: str) -> ActivePolicy:
    """Return a shipped policy, or that of a YAML or JSON file, as it applies without schedules.

    Raises UnknownPolicy and InvalidPolicy.
    """
    policies = Policies.of_files(release)
    path = Path(name_or_file)
    if path.suffix and path.is_file():
        draft = read_policy(path.read_bytes(), json=path.suffix == ".json")
        compiled = check_policy(
            draft.document.name or path.stem, draft, policies.thresholds, policies.rules
        )
        return compiled.active[None]
    policies.resolve(name_or_file)
    return policies.find(name_or_file).compiled.active[None]


def shipped_sources(scorer: Scorer) -> Sources:
    """Return the shipped words, the rules, and the shipped debunks with their meaning."""
    normaliser = scorer.release.normaliser
    words = WordMatcher(compile_lists(read_shipped(reading(normaliser))))
    return Sources(words, RuleBook(), _shipped_debunks(scorer))


def _shipped_debunks(scorer: Scorer) -> DebunkLibrary:
    library = DebunkLibrary(scorer.release.normaliser)
    entries = [Entry(one.id, one.content, one.id, shipped=True) for one in read_shipped_debunks()]
    texts = [texts_of(entry.content) for entry in entries]
    embedded = Embedder(scorer).embed([text for one in texts for text in one])
    ends = np.cumsum([0, *map(len, texts)])
    library.load(
        entries,
        {
            entry.id: stacked(embedded[start:end])
            for entry, start, end in zip(entries, ends, ends[1:], strict=False)
        },
    )
    return library
