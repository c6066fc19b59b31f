"""The linter: what a word would have found, had it been live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import orjson

from models.normaliser import Normaliser
from models.windows import join_title
from service.catalogue import words as texts
from service.score.evidence import Fields
from service.word.advice import Adviser, Remark
from service.word.entries import Draft, Entry, Kind, WordList
from service.word.matcher import Place, WordMatcher
from service.word.reading import Fault, read_new
from service.word.service import WordService
from service.word.snapshot import compile_lists

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"
CHUNK = 200
MOST_SAMPLES = 5
MOST_VERDICTS = 500
AROUND = 30
# A post that passed with no label above this was ordinary, as far as the model can tell.
LOW_SCORE = 0.2
# A list that finds more than this share of all posts is no list of exceptions.
MOST_SHARE = 0.02


class Decided(Protocol):
    """A post and what was decided about it; `suggestion` is None where nothing was."""

    @property
    def id(self) -> str:
        """Names the post."""

    @property
    def title(self) -> str | None:
        """Its title."""

    @property
    def text(self) -> str | None:
        """Its text."""

    @property
    def suggestion(self) -> str | None:
        """What was suggested."""

    @property
    def result(self) -> Mapping[str, Any]:
        """What was answered, as in POST /score."""


class Judged(Protocol):
    """What a person found."""

    @property
    def verdict(self) -> str | None:
        """What should have been suggested."""


class Traffic(Protocol):
    """What was decided lately; service.decision.repository has it."""

    def recorded(self, *, limit: int | None = None) -> AsyncIterator[Decided]:
        """Yield decisions whose text is stored, newest first."""
        ...

    async def verdicts_of(self, identities: Sequence[str]) -> Mapping[str, Judged]:
        """Return the latest verdict of a reviewer on each decision that has one."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A post in which a word was found; `text` is cut to what stands around it."""

    id: str | None
    text: str
    found: str
    suggestion: str | None = None
    score: float | None = None
    verdict: str | None = None

    @property
    def ordinary(self) -> bool:
        """Tell whether a reviewer, or else the model, took the post for ordinary."""
        if self.verdict is not None:
            return self.verdict == "pass"
        return self.suggestion == "pass" and self.score is not None and self.score < LOW_SCORE


@dataclass(slots=True)
class Findings:
    """What was found of one entry so far."""

    draft: Draft | Fault
    entry: Entry | None
    remarks: list[Remark] = field(default_factory=list)
    hits: list[Sample] = field(default_factory=list)
    ordinary: list[Sample] = field(default_factory=list)

    @property
    def fault(self) -> str | None:
        """What is wrong with the entry, None for one that was tried."""
        return self.draft.detail if isinstance(self.draft, Fault) else None

    @property
    def false_alarms(self) -> list[Sample]:
        """Hits that are likely mistakes."""
        return [sample for sample in self.hits if sample.ordinary]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and in how many posts it was looked for."""

    findings: Sequence[Findings]
    traffic: int
    ordinary: int


class Linter:
    """Holds new words against recorded traffic, ordinary posts and the lists there are."""

    def __init__(self, words: WordService, traffic: Traffic, normaliser: Normaliser) -> None:
        self._words = words
        self._traffic = traffic
        self._normaliser = normaliser

    async def lint(
        self, kind: Kind, drafts: Sequence[Draft | Fault], sample: int, target: str | None = None
    ) -> Report:
        """Try `drafts` on up to `sample` recorded posts; nothing is stored.

        `target` is the list they are meant for: its own entries are not told as conflicts.
        """
        findings = await asyncio.to_thread(self._prepare, kind, drafts, target)
        matcher = self._matcher(findings, kind)
        traffic = 0
        chunk: list[Decided] = []
        if sample:
            async for decision in self._traffic.recorded(limit=sample):
                chunk.append(decision)
                if len(chunk) == CHUNK:
                    traffic += await asyncio.to_thread(self._look, matcher, findings, chunk)
                    chunk = []
        traffic += await asyncio.to_thread(self._look, matcher, findings, chunk)
        await self._add_verdicts(findings)
        ordinary = await asyncio.to_thread(self._look_at_ordinary, matcher, findings)
        for one in findings:
            one.remarks += _remarks(one, traffic)
        return Report(findings, traffic, ordinary)

    def _prepare(
        self, kind: Kind, drafts: Sequence[Draft | Fault], target: str | None
    ) -> list[Findings]:
        lists = [one for name, one in self._words.snapshot.lists.items() if name != target]
        beside = compile_lists(lists)
        read = [read_new(str(place), draft, self._words.read) for place, draft in enumerate(drafts)]
        adviser = Adviser([one for one in read if isinstance(one, Entry)], kind, beside)
        return [
            Findings(one, None)
            if isinstance(one, Fault)
            else Findings(one.draft, one, adviser.advise(one))
            for one in read
        ]

    def _matcher(self, findings: Sequence[Findings], kind: Kind) -> WordMatcher:
        """Every new entry is a list of its own, beside the allow lists that would guard it."""
        lists = [one for one in self._words.snapshot.lists.values() if one.kind == "allow"]
        lists += [
            WordList(f"\n{number}", kind, (one.entry,))
            for number, one in enumerate(findings)
            if one.entry is not None
        ]
        return WordMatcher(compile_lists(lists), clock=self._words.clock)

    def _look(
        self, matcher: WordMatcher, findings: Sequence[Findings], chunk: Sequence[Decided]
    ) -> int:
        for decision in chunk:
            scores = [label["score"] for label in decision.result.get("labels", ())]
            joined, start = join_title(decision.title or "", decision.text or "")
            for number, found, around in self._found(matcher, joined, start):
                findings[number].hits.append(
                    Sample(
                        decision.id,
                        around,
                        found,
                        decision.suggestion,
                        max(scores) if scores else None,
                    )
                )
        return len(chunk)

    def _look_at_ordinary(self, matcher: WordMatcher, findings: Sequence[Findings]) -> int:
        posts = ordinary_posts()
        for identity, joined, start in posts:
            for number, found, around in self._found(matcher, joined, start):
                findings[number].ordinary.append(Sample(identity, around, found))
        return len(posts)

    def _found(self, matcher: WordMatcher, joined: str, start: int) -> list[tuple[int, str, str]]:
        """Return, for each entry found in a post, its number, what was found, and around it."""
        fields = Fields(self._normaliser(joined), start)
        first: dict[int, Place] = {}
        for place in matcher.places(fields):
            if place.rule.list.name.startswith("\n"):
                first.setdefault(int(place.rule.list.name), place)
        found = []
        for number, place in first.items():
            begin, stop = fields.normalised.span(*place.span)
            around = joined[max(0, begin - AROUND) : stop + AROUND]
            found.append((number, joined[begin:stop], around))
        return found

    async def _add_verdicts(self, findings: Sequence[Findings]) -> None:
        found = {sample.id for one in findings for sample in one.hits if sample.id is not None}
        verdicts = await self._traffic.verdicts_of(sorted(found, reverse=True)[:MOST_VERDICTS])
        for one in findings:
            for place, sample in enumerate(one.hits):
                verdict = verdicts.get(sample.id or "")
                if verdict is not None and verdict.verdict is not None:
                    one.hits[place] = replace(sample, verdict=verdict.verdict)


def _remarks(one: Findings, traffic: int) -> list[Remark]:
    remarks = []
    if traffic and len(one.hits) / traffic > MOST_SHARE:
        remarks.append(Remark("too_common", texts.too_common(len(one.hits) / traffic)))
    if one.false_alarms:
        remarks.append(Remark("likely_false", texts.likely_false(len(one.false_alarms))))
    if one.ordinary:
        remarks.append(Remark("in_ordinary", texts.in_ordinary(len(one.ordinary))))
    return remarks


@cache
def ordinary_posts() -> tuple[tuple[str, str, int], ...]:
    """Return id, title and text joined, and where the text begins, of our ordinary posts."""
    posts = []
    for path in sorted(SAMPLE_FOLDER.glob("ordinary_*.jsonl")):
        for line in path.read_bytes().splitlines():
            row = orjson.loads(line)
            posts.append((row["id"], *join_title(row.get("title", ""), row["text"])))
    return tuple(posts)
