"""From what the word lists know to their wire forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from models.errors import FieldError
from service.errors import InvalidRequest
from service.word.advice import Remark
from service.word.entries import Entry, Kind, WordList
from service.word.lint import MOST_SAMPLES, Findings, Report, Sample
from service.word.schemas import (
    Advice,
    EntriesAnswer,
    EntryInfo,
    EntryReport,
    LintAnswer,
    LintEntry,
    LintHits,
    LintSample,
    ListInfo,
    ListsAnswer,
    WordsReport,
)
from service.word.service import Outcome, WordService

# What is only told, and nothing to worry about.
HARMLESS = frozenset(("reads_otherwise", "ordinary_word"))


def report_answer(
    name: str, kind: Kind, version: str, outcomes: Iterable[tuple[int, Outcome]]
) -> WordsReport:
    """Return what became of the entries, each with the number of its line."""
    report = [_entry_report(line, outcome) for line, outcome in outcomes]
    counts = Counter(one.status for one in report)
    return WordsReport(
        list=name,
        kind=kind,
        version=version,
        added=counts["added"],
        updated=counts["updated"],
        duplicate=counts["duplicate"],
        invalid=counts["invalid"],
        report=report,
    )


def lists_answer(words: WordService) -> ListsAnswer:
    """Return every list and the version of all together."""
    snapshot, now = words.snapshot, words.clock()
    lists = [
        ListInfo(
            list=one.name,
            kind=one.kind,
            entries=len(one.entries),
            expired=sum(not entry.active(now) for entry in one.entries),
            shipped=one.shipped,
            note=one.note,
        )
        for one in snapshot.lists.values()
    ]
    return ListsAnswer(version=snapshot.version, lists=lists)


def entries_answer(one: WordList, limit: int, after: str | None, now: datetime) -> EntriesAnswer:
    """Return the page after an entry; raises InvalidRequest for an entry that is not there."""
    start = 0
    if after is not None:
        ids = [entry.id for entry in one.entries]
        if after not in ids:
            detail = "No entry of this list has the id in after; begin again without it."
            raise InvalidRequest(detail, errors=[FieldError("/after", "is no entry of the list")])
        start = ids.index(after) + 1
    page = one.entries[start : start + limit]
    more = start + limit < len(one.entries)
    return EntriesAnswer(
        list=one.name,
        kind=one.kind,
        shipped=one.shipped,
        entries=[_entry_info(entry, now) for entry in page],
        next=page[-1].id if more else None,
    )


def lint_answer(report: Report) -> LintAnswer:
    """Return what the linter found."""
    return LintAnswer(
        traffic=report.traffic,
        ordinary=report.ordinary,
        entries=[
            _lint_entry(line, one, report.traffic)
            for line, one in enumerate(report.findings, start=1)
        ],
    )


def _entry_report(line: int, outcome: Outcome) -> EntryReport:
    entry = outcome.entry
    return EntryReport(
        line=line,
        pattern=outcome.pattern,
        status=outcome.status,
        id=entry.id if entry else None,
        read_as=entry.key if entry else None,
        detail=outcome.detail,
        warnings=_advice(outcome.remarks),
    )


def _entry_info(entry: Entry, now: datetime) -> EntryInfo:
    draft = entry.draft
    return EntryInfo(
        id=entry.id,
        pattern=draft.pattern,
        read_as=entry.key,
        tags=list(draft.tags),
        note=draft.note,
        expires=draft.expires,
        expired=not entry.active(now),
    )


def _lint_entry(line: int, one: Findings, traffic: int) -> LintEntry:
    look = any(remark.code not in HARMLESS for remark in one.remarks)
    return LintEntry(
        line=line,
        pattern=one.draft.pattern,
        read_as=one.entry.key if one.entry else None,
        status="invalid" if one.entry is None else "look" if look else "fine",
        detail=one.fault,
        hits=_hits(one.hits),
        share=len(one.hits) / traffic if traffic else 0.0,
        false_alarms=_hits(one.false_alarms),
        ordinary=_hits(one.ordinary),
        warnings=_advice(one.remarks),
    )


def _hits(samples: Sequence[Sample]) -> LintHits:
    shown = [
        LintSample(
            id=sample.id,
            text=sample.text,
            found=sample.found,
            suggestion=sample.suggestion,
            score=sample.score,
            verdict=sample.verdict,
        )
        for sample in samples[:MOST_SAMPLES]
    ]
    return LintHits(posts=len(samples), samples=shown)


def _advice(remarks: Sequence[Remark]) -> list[Advice]:
    return [Advice(code=remark.code, detail=remark.detail) for remark in remarks]
