"""Scoring without a store: what ships with Mingjian, for files of posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.debunks import read_shipped as read_shipped_debunks
from models.explain import explain
from models.release import Release
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
from service.score.case import prepare, take, windows_of
from service.score.finding import Sources
from service.score.schemas import Item, Scored
from service.stages import Stages
from service.word.entries import reading
from service.word.matcher import WordMatcher
from service.word.shipped import read_shipped
from service.word.snapshot import compile_lists

Judge = Callable[[Sequence[Item]], list[Scored]]


def offline_judge(scorer: Scorer, policy: str | None = None, *, explained: bool = False) -> Judge:
    """Return what scores posts as the service does with shipped words, debunks and policies.

    `policy` names a shipped policy or a file; schedules are left aside. Posts are judged each by
    itself: bursts of an author are not looked for, so a file gets the same results in any parts.
    Raises UnknownPolicy and InvalidPolicy.
    """
    active = find_policy(scorer.release, policy or DEFAULT)
    sources = shipped_sources(scorer)
    now = datetime.now(UTC)

    def judge(items: Sequence[Item]) -> list[Scored]:
        nobodys = [item.model_copy(update={"author_id": None}) for item in items]
        stages = Stages()
        cases = prepare(scorer, sources, nobodys, active, now, stages)
        take(scorer, sources, cases, scorer.infer(windows_of(cases)), now, stages)
        if explained:
            wanted = [(case, flagged) for case in cases if (flagged := case.to_explain())]
            found = explain(scorer, [flagged for _, flagged in wanted])
            for (case, _), cited in zip(wanted, found, strict=True):
                case.cited = cited
        return [answer(case, scorer.release.normaliser) for case in cases]

    return judge


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
