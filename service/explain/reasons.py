"""The reasons of an answer: clauses, hits and debunks, as places of what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from models.explain import Cited, split_clauses
from models.normaliser import Normaliser
from models.normaliser.changes import Change, Explanation
from service.catalogue import score as texts
from service.passage import passage
from service.score.evidence import DebunkMatch, Hit
from service.score.schemas import Reason

if TYPE_CHECKING:
    from service.score.case import Case

DIGITS = 4
# Disguises told in one note.
MOST_CHANGES = 5
# What adds nothing to a quoted clause at its ends.
MARGIN = " ,、;:~\n"


def reasons_of(case: Case, normaliser: Normaliser) -> list[Reason]:
    """Return every reason of a case: of the model by label, then words, rules and debunks.

    `normaliser` is what read the post: where a reason's text was disguised, the note tells how.
    """
    reasons = [
        _of_clause(case, label, cited) for label, found in case.cited.items() for cited in found
    ]
    reasons += [_of_hit(case, hit) for hit in case.decision.hits]
    reasons += [_of_debunk(case, match) for match in case.debunks]
    if all(reason.text == reason.read_as for reason in reasons):
        return reasons
    changes = normaliser.explain(case.fields.normalised.original)
    return [_with_changes(case, reason, changes) for reason in reasons]


def _with_changes(case: Case, reason: Reason, explanation: Explanation) -> Reason:
    offset = case.fields.text_start if reason.field == "text" else 0
    touched = explanation.within(offset + reason.start, offset + reason.end)
    undone = [
        texts.change_note(change.written, change.reads, change.transforms)
        for change in told_together([change for change in touched if change.disguised])
    ]
    if not undone:
        return reason
    return reason.model_copy(update={"note": f"{reason.note}{'，'.join(undone[:MOST_CHANGES])}。"})


def told_together(changes: Iterable[Change]) -> list[Change]:
    """Return changes with neighbours of one kind made one: 一三八 reads 138, not digit by digit."""
    runs: list[Change] = []
    for change in changes:
        last = runs[-1] if runs else None
        if last is None or last.end != change.start or last.transforms != change.transforms:
            runs.append(change)
            continue
        written, reads = last.written + change.written, last.reads + change.reads
        runs[-1] = Change(last.start, change.end, written, reads, change.transforms)
    return runs


def _of_clause(case: Case, label: str, cited: Cited) -> Reason:
    start, end = trimmed(case.fields.normalised.text, cited.start, cited.end)
    found = passage(case.fields, start, end)
    return Reason(
        code=f"model.{label}",
        rule=case.policy.rule_of(label),
        source="model",
        field=found.field,
        start=found.start,
        end=found.end,
        text=found.text,
        read_as=found.read_as,
        weight=round(cited.weight, DIGITS),
        note=texts.clause_note(label),
    )


def _of_hit(case: Case, hit: Hit) -> Reason:
    by_word = hit.source == "word"
    return Reason(
        code=hit.code,
        rule=case.policy.words.rule if by_word else case.policy.rule_of(hit.label or ""),
        source=hit.source,
        field=hit.field,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        read_as=hit.read_as,
        weight=round(hit.weight, DIGITS),
        note=hit.note,
    )


def _of_debunk(case: Case, match: DebunkMatch) -> Reason:
    found = passage(case.fields, *nearest_clause(case, match.claim))
    kind = "quoted" if match.quoted else match.match
    return Reason(
        code=f"debunk.{kind}",
        rule=None if match.quoted else case.policy.debunks.rule,
        source="debunk",
        field=found.field,
        start=found.start,
        end=found.end,
        text=found.text,
        read_as=found.read_as,
        weight=round(match.similarity, DIGITS),
        note=texts.debunk_note(kind, match.claim),
    )


def nearest_clause(case: Case, claim: str) -> tuple[int, int]:
    """Return the clause of the normalised text that shares most pairs of characters with a claim.

    Of clauses that share as much, the first.
    """
    text = case.fields.normalised.text
    wanted = set(_pairs(claim))
    best, most = (0, len(text)), 0
    for clause in split_clauses(case.fields.normalised, case.fields.text_start):
        shared = len(wanted.intersection(_pairs(text[clause.start : clause.end])))
        if shared > most:
            best, most = (clause.start, clause.end), shared
    return trimmed(text, *best)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a range without white space and pauses at its ends; never an empty one."""
    while end - start > 1 and text[end - 1] in MARGIN:
        end -= 1
    while end - start > 1 and text[start] in MARGIN:
        start += 1
    return start, end


def _pairs(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))
