"""The debunk library: answers a post with the claims it repeats, and a question with entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from data.debunks import Debunk
from models.normaliser import Normalised
from service.debunk import leaning
from service.debunk.closer import LOOKED_AT
from service.debunk.grams import key_of, positions_of
from service.debunk.meaning import Vectors, views
from service.debunk.ranking import DEFAULT, Ranking
from service.debunk.segment import Candidate, Item, Part, Query, Segment
from service.debunk.snapshot import Entry, Snapshot
from service.debunk.stance import stance
from service.score.evidence import DebunkMatch, Fields, Match

MOST_MATCHES = 5


class Normalise(Protocol):
    """Reads a text as the posts around it are read."""

    def __call__(self, text: str) -> Normalised:
        """Return the normalised text."""


class DebunkLibrary:
    """Holds a snapshot of all entries and finds them in posts.

    `find` and `search` may be called from any thread, also while entries change: they answer from
    the snapshot that was there when they began.
    """

    def __init__(self, normalise: Normalise, ranking: Ranking = DEFAULT) -> None:
        self._normalise = normalise
        self.ranking = ranking
        empty = Segment(())
        self._snapshot = Snapshot.of({}, {}, empty, version_of({}))

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with every change of any entry."""
        return self._snapshot.version

    @property
    def snapshot(self) -> Snapshot:
        """What is answered from at this moment."""
        return self._snapshot

    def normalised(self, text: str) -> str:
        """Return a text as the words of entries are compared."""
        return self._normalise(text).text

    def load(self, entries: Iterable[Entry], vectors: Mapping[str, Vectors]) -> None:
        """Replace all entries; `vectors` [n, width] by id, where they have been computed.

        Texts that are as they were are not read again. One thread at a time may load.
        """
        held = {entry.id: entry for entry in entries}
        items = {entry.id: self._item(entry, vectors.get(entry.id)) for entry in held.values()}
        base = self._snapshot.base
        if not base.tokens:
            base = Segment(list(items.values()))
        self._snapshot = Snapshot.of(held, items, base, version_of(held))

    def rebuild(self) -> None:
        """Index everything anew; takes seconds for a hundred thousand entries."""
        held = self._snapshot
        base = Segment(list(held.items.values()), None)
        self._snapshot = Snapshot.of(held.entries, held.items, base, held.version)

    def find(
        self, fields: Fields, embedding: Vectors | None, now: datetime | None = None
    ) -> list[DebunkMatch]:
        """Return what `find_all` finds for one post."""
        return self.find_all([(fields, embedding)], now)[0]

    def find_all(
        self, posts: Sequence[tuple[Fields, Vectors | None]], now: datetime | None = None
    ) -> list[list[DebunkMatch]]:
        """Return the entries that posts repeat or resemble, the surest first, at most five a post.

        With each post its embedding: of each window [windows, width], length 1, from the pass that
        judged it; None searches by words alone.
        """
        snapshot, ranking = self._snapshot, self.ranking
        queries = [
            Query(key_of(fields.normalised.text), None if embedding is None else views(embedding))
            for fields, embedding in posts
        ]
        found = snapshot.search(queries, now or datetime.now(UTC), ranking.worth)
        return [
            self._told(fields.normalised.text, query, candidates, snapshot) if candidates else []
            for (fields, _), query, candidates in zip(posts, queries, found, strict=True)
        ]

    def _told(
        self, text: str, query: Query, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[DebunkMatch]:
        ranking = self.ranking
        found: list[tuple[Match, Candidate]] = []
        for candidate in candidates:
            match = ranking.match(candidate, len(query.key))
            if match is not None:
                found.append((match, candidate))
        rank = self._ranks(query, [one for _, one in found], snapshot)
        found.sort(key=lambda pair: (pair[0] != "confirmed", -rank[pair[1].id]))
        return [
            self._answer(
                snapshot.entries[one.id], one, match, quoted=self._quoted(text, one, snapshot)
            )
            for match, one in found[:MOST_MATCHES]
        ]

    def search(
        self,
        text: str,
        embedding: Vectors | None,
        limit: int = MOST_MATCHES,
        now: datetime | None = None,
    ) -> list[DebunkMatch]:
        """Return the `limit` entries nearest to a question, however far, the nearest first."""
        normalised = self._normalise(text).text
        query = Query(key_of(normalised), None if embedding is None else views(embedding))
        snapshot = self._snapshot
        (found,) = snapshot.search([query], now or datetime.now(UTC))
        found.sort(key=lambda one: (-self.ranking.rank(one), one.id))
        near, far = found[:LOOKED_AT], found[LOOKED_AT:]
        rank = self._ranks(query, near, snapshot)
        near.sort(key=lambda one: (-rank[one.id], one.id))
        found = near + far
        return [
            self._answer(
                snapshot.entries[one.id],
                one,
                self.ranking.match(one, len(query.key)) or "suggested",
            )
            for one in found[:limit]
        ]

    def _ranks(
        self, query: Query, candidates: Iterable[Candidate], snapshot: Snapshot
    ) -> dict[str, float]:
        """Return what puts entries in order at a closer look, by id."""
        rare = snapshot.base.rarity.weights(query.key)
        return {
            one.id: self.ranking.closer(
                one, [part.key for part in snapshot.items[one.id].parts], rare
            )
            for one in candidates
        }

    def _quoted(self, text: str, candidate: Candidate, snapshot: Snapshot) -> bool:
        span = None
        if self.ranking.repeats(candidate):
            places = positions_of(text)
            span = places[candidate.start], places[candidate.end - 1] + 1
        if stance(text, candidate.wording, span) != "asserts":
            return True
        parts = snapshot.items[candidate.id].parts
        wordings = [part.key for part in parts if part.kind != "summary"]
        answer = "".join(part.key for part in parts if part.kind == "summary")
        return leaning.shipped().debunks(text, leaning.Known(wordings, answer))

    def _answer(
        self, entry: Entry, candidate: Candidate, match: Match, *, quoted: bool = False
    ) -> DebunkMatch:
        content = entry.content
        return DebunkMatch(
            id=entry.id,
            claim=content.claim,
            verdict=content.verdict,
            summary=content.summary,
            url=next((source.url for source in content.sources if source.url), None),
            as_of=content.as_of,
            match=match,
            similarity=round(self.ranking.similarity(candidate), 4),
            quoted=quoted,
        )

    def _item(self, entry: Entry, vectors: Vectors | None) -> Item:
        known = self._snapshot.items.get(entry.id)
        if known is not None and known.revision == entry.revision:
            parts = known.parts
            vectors = known.vectors if vectors is None else vectors
        else:
            parts = self._parts(entry.content)
        return Item(entry.id, entry.revision, parts, vectors)

    def _parts(self, content: Debunk) -> tuple[Part, ...]:
        texts: list[Part] = [Part("claim", self._key(content.claim))]
        texts += [Part("variant", self._key(variant)) for variant in content.variants]
        texts += [Part("summary", self._key(content.summary))]
        return tuple(part for part in texts if part.key) or (Part("summary", ""),)

    def _key(self, text: str) -> str:
        return key_of(self.normalised(text))


def version_of(entries: Mapping[str, Entry]) -> str:
    """Return the version of a set of entries: a hash of their ids and revisions."""
    hashed = hashlib.sha256()
    for identity in sorted(entries):
        hashed.update(f"{identity}\0{entries[identity].revision}\0".encode())
    return hashed.hexdigest()[:12]
