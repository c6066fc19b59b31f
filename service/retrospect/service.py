"""Looking back when an entry is added or changed: which earlier posts that passed match it?

A scan is asked for in the transaction that stores the entry, so none is lost, and taken up by one
process. It reads the newest recorded posts, first by their words; the likeliest of the others pass
through the model once more, because embeddings of posts are not kept.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from models.scorer import Post, Scorer
from service.debunk.embedding import Embedder
from service.debunk.library import DebunkLibrary
from service.debunk.service import DebunkService
from service.debunk.snapshot import Entry
from service.decision.record import Recorded
from service.event.repository import NewEvent
from service.retrospect.repository import Affected, RetrospectRepository, Scan
from service.score.evidence import DebunkMatch, Fields
from service.watching import Watch

log = structlog.get_logger("service.retrospect")

EVENT = "debunk.affected"
POLL_S = 5.0
# Newest recorded posts that a scan reads, those among them that pass through the model again, and
# how near their words must come to an entry for it.
MOST_READ, MOST_EMBEDDED, LEAST_SIMILARITY = 50_000, 200, 0.25
# Entries whose scans are made in one reading, and posts that are compared before others get a turn.
MOST_ENTRIES, TOGETHER = 500, 200
MOST_IN_EVENT = 100


class History(Protocol):
    """What was decided (service.decision.repository)."""

    def recorded(self, *, limit: int | None, with_text: bool) -> AsyncIterator[Recorded]:
        """Yield decisions, newest first."""


@dataclass(slots=True)
class Suspects:
    """The posts of a scan: `found` by debunk and decision, `likely` wait for the model."""

    found: dict[str, dict[str, Affected]] = field(default_factory=dict)
    likely: list[tuple[float, str, Post]] = field(default_factory=list)

    def add(self, decision: str, match: DebunkMatch, now: datetime) -> None:
        """Keep what was found, the nearest where it was found twice."""
        known = self.found.setdefault(match.id, {})
        if decision not in known or known[decision].similarity < match.similarity:
            known[decision] = Affected(decision, match.similarity, match.match, match.quoted, now)

    def suspect(self, words: float, decision: str, post: Post) -> None:
        """Keep a post while it is among the likeliest."""
        heapq.heappush(self.likely, (words, decision, post))
        if len(self.likely) > MOST_EMBEDDED:
            heapq.heappop(self.likely)


class Retrospect:
    """Scans earlier posts in the background."""

    def __init__(
        self,
        repository: RetrospectRepository,
        debunks: DebunkService,
        history: History,
        scorer: Scorer,
        *,
        most_read: int = MOST_READ,
        urls: Sequence[str] = (),
        told: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.repository = repository
        self._debunks = debunks
        self._history = history
        self._scorer = scorer
        self._embedder = Embedder(scorer)
        self._most_read = most_read
        self._urls = urls
        self._told = told
        self._clock = clock
        self._watch = Watch("look back", self.step, POLL_S)

    def start(self, every_s: float = POLL_S) -> None:
        """Begin to take up scans; a change of an entry wakes it."""
        self._debunks.on_change = self._watch.wake
        self._watch.start(every_s)

    async def close(self) -> None:
        """Stop; a scan that is left is taken up again later, by this or another process."""
        await self._watch.close()

    async def step(self) -> None:
        """Take up every scan that waits, those of many entries together."""
        while scans := await self.repository.take(self._clock(), MOST_ENTRIES):
            await self._run(scans)

    async def _run(self, scans: Sequence[Scan]) -> None:
        if any(self._entry(scan) is None for scan in scans):
            await self._debunks.reload()
        found = {scan.debunk_id: entry for scan in scans if (entry := self._entry(scan))}
        for scan in scans:
            if scan.debunk_id not in found:
                await self.repository.drop(scan)
        read, suspects = await self._search(list(found.values()))
        for scan in scans:
            if scan.debunk_id in found:
                await self._finish(scan, found[scan.debunk_id], read, suspects)

    async def _finish(self, scan: Scan, entry: Entry, read: int, suspects: Suspects) -> None:
        affected = sorted(
            suspects.found.get(entry.id, {}).values(),
            key=lambda one: (-one.similarity, one.decision_id),
        )
        done = replace(scan, scanned=read, complete=read < self._most_read)
        event = self._event(entry, affected) if affected and self._urls else None
        if await self.repository.finish(done, affected, event, self._clock()) and affected:
            log.info("earlier posts match a debunk", debunk=entry.id, posts=len(affected))
            self._told()

    async def _search(self, entries: Sequence[Entry]) -> tuple[int, Suspects]:
        """Read the newest recorded posts once for all entries; return how many, and the finds."""
        entries = [entry for entry in entries if entry.content.verdict != "true"]
        suspects = Suspects()
        if not entries:
            return 0, suspects
        alone = DebunkLibrary(self._scorer.release.normaliser, self._debunks.library.ranking)
        await asyncio.to_thread(alone.load, entries, self._debunks.vectors.by_entry(entries))
        read = 0
        chunk: list[Recorded] = []
        async for decision in self._history.recorded(limit=self._most_read, with_text=True):
            read += 1
            if decision.suggestion == "pass":
                chunk.append(decision)
            if len(chunk) == TOGETHER:
                await asyncio.to_thread(self._by_words, alone, chunk, suspects)
                chunk = []
        await asyncio.to_thread(self._by_words, alone, chunk, suspects)
        await asyncio.to_thread(self._by_meaning, alone, suspects)
        return read, suspects

    def _by_words(
        self, alone: DebunkLibrary, decisions: Sequence[Recorded], suspects: Suspects
    ) -> None:
        entries = alone.snapshot.entries
        for decision in decisions:
            post = Post(decision.text or "", decision.title or "")
            for match in alone.find(self._fields(post), None):
                if match.match == "confirmed" and _concerned(decision, entries[match.id]):
                    suspects.add(decision.id, match, self._clock())
            for nearest in alone.search(f"{post.title}\n{post.text}", None, limit=1):
                near = nearest.similarity >= LEAST_SIMILARITY
                if near and _concerned(decision, entries[nearest.id]):
                    suspects.suspect(nearest.similarity, decision.id, post)

    def _by_meaning(self, alone: DebunkLibrary, suspects: Suspects) -> None:
        for _words, identity, post in suspects.likely:
            embedding = self._embedder.query(post)
            for match in alone.find(self._fields(post), embedding):
                suspects.add(identity, match, self._clock())

    def _fields(self, post: Post) -> Fields:
        reading = self._scorer.normalise(post)
        return Fields(reading.normalised, reading.text_start)

    def _entry(self, scan: Scan) -> Entry | None:
        """Return the entry of a scan if it is still the one the scan was asked for."""
        entry = self._debunks.library.snapshot.entries.get(scan.debunk_id)
        return entry if entry is not None and entry.revision == scan.revision else None

    def _event(self, entry: Entry, found: Sequence[Affected]) -> NewEvent:
        data: dict[str, Any] = {
            "debunk_id": entry.id,
            "revision": entry.revision,
            "verdict": entry.content.verdict,
            "debunks": self._debunks.library.version,
            "release": self._scorer.release.fingerprint,
            "total": len(found),
            "decisions": [
                {
                    "decision_id": one.decision_id,
                    "similarity": one.similarity,
                    "match": one.match,
                    "quoted": one.quoted,
                }
                for one in found[:MOST_IN_EVENT]
            ],
        }
        return NewEvent(EVENT, data, self._urls)


def _concerned(decision: Recorded, entry: Entry) -> bool:
    """Tell whether a decision was made without knowing the entry as it is now."""
    told = {debunk.get("id") for debunk in decision.result.get("debunks", ())}
    changed = entry.updated_at
    return entry.id not in told or changed is None or decision.created_at < changed
