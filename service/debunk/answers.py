"""From entries and matches to the forms callers see."""

from __future__ import annotations

from collections.abc import Sequence

from service.debunk.schemas import (
    AffectedAnswer,
    AffectedDecision,
    DebunkEntry,
    DebunkPage,
    SearchAnswer,
)
from service.debunk.snapshot import Entry, Snapshot
from service.retrospect.repository import Affected, Scan
from service.score.evidence import DebunkMatch
from service.score.schemas import Debunk as Answer


def entry_answer(entry: Entry) -> DebunkEntry:
    """Return an entry as it is shown."""
    content = entry.content
    return DebunkEntry(
        id=entry.id,
        claim=content.claim,
        variants=list(content.variants),
        verdict=content.verdict,
        summary=content.summary,
        sources=list(content.sources),
        as_of=content.as_of,
        expires=content.expires,
        topic=content.topic,
        shipped=entry.shipped,
        revision=entry.revision,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )


def page_answer(snapshot: Snapshot, limit: int, after: str | None) -> DebunkPage:
    """Return up to `limit` entries whose ids come after `after`."""
    following = sorted(one for one in snapshot.entries if after is None or one > after)
    shown = following[:limit]
    return DebunkPage(
        debunks=[entry_answer(snapshot.entries[identity]) for identity in shown],
        next=shown[-1] if len(following) > limit else None,
        total=len(snapshot.entries),
        version=snapshot.version,
    )


def search_answer(matches: Sequence[DebunkMatch]) -> SearchAnswer:
    """Return what a search has found."""
    return SearchAnswer(results=[Answer.of(match) for match in matches])


def affected_answer(
    entry: Entry, scan: Scan | None, found: Sequence[Affected], limit: int
) -> AffectedAnswer:
    """Return up to `limit` of the decisions found; one more tells that there is a next page."""
    shown = found[:limit]
    return AffectedAnswer(
        id=entry.id,
        revision=entry.revision,
        state="none" if scan is None else scan.state,
        scanned=0 if scan is None else scan.scanned,
        complete=scan is None or scan.complete,
        decisions=[
            AffectedDecision(
                decision_id=one.decision_id,
                similarity=one.similarity,
                match=one.match,
                quoted=one.quoted,
                found_at=one.found_at,
            )
            for one in shown
        ],
        next=shown[-1].decision_id if len(found) > limit else None,
    )
