"""The debunk library while the service runs: kept in the store, answered from memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from data.debunks import Debunk, ShippedDebunk, read_shipped
from data.ordinary import ordinary_posts
from models.scorer import Post, Scorer
from service.debunk.calibration import calibrate, with_thresholds
from service.debunk.embedding import Embedder, texts_of
from service.debunk.errors import UnknownDebunk
from service.debunk.grams import key_of
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import views
from service.debunk.ranking import Ranking
from service.debunk.repository import DebunkRepository, Stored
from service.debunk.segment import Query
from service.debunk.snapshot import Entry
from service.debunk.vectors import VectorStore
from service.identifiers import new_id
from service.score.evidence import DebunkMatch
from service.store.database import Database
from service.watching import Watch

log = structlog.get_logger("service.debunk")

POLL_S = 2.0
# A library that has grown so much needs other thresholds.
GROWTH = 1.2
# What so few entries mean is computed before their sender is answered.
MOST_AT_ONCE = 8


class DebunkService:
    """Changes entries; every change of this or another process reaches `library`.

    A new entry is found by its words when `put` returns, and by its meaning too unless many come
    together.
    """

    def __init__(
        self,
        repository: DebunkRepository,
        scorer: Scorer,
        *,
        shipped: Iterable[ShippedDebunk] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.library = DebunkLibrary(scorer.release.normaliser)
        self.clock = clock
        self.embedder = Embedder(scorer)
        self.vectors = VectorStore(repository, self.embedder, clock)
        self.on_change: Callable[[], None] = lambda: None
        self._repository = repository
        self._shipped = _entries(read_shipped() if shipped is None else shipped)
        self._normaliser = scorer.release.normaliser
        self._ordinary: list[Query] = []
        self._calibrated = 0
        self._rows: dict[str, Stored] = {}
        self._revision = ""
        self._loading = asyncio.Lock()
        self._settled = asyncio.Event()
        self._watch = Watch("watch debunks", self._keep_up, POLL_S)

    @classmethod
    async def open(
        cls,
        database: Database,
        scorer: Scorer,
        *,
        shipped: Iterable[ShippedDebunk] | None = None,
        poll_s: float = POLL_S,
    ) -> DebunkService:
        """Load all entries; what they mean is computed in the background.

        Raises InvalidInput for a shipped entry that cannot be read.
        """
        service = cls(DebunkRepository(database), scorer, shipped=shipped)
        await service.reload()
        service._watch.start(poll_s)
        return service

    async def close(self) -> None:
        """Stop what runs in the background."""
        await self._watch.close()

    async def settle(self, within_s: float) -> None:
        """Wait until it is known what all entries mean, for so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), within_s)

    def find(self, identity: str) -> Entry:
        """Return an entry; raises UnknownDebunk."""
        entry = self.library.snapshot.entries.get(identity)
        if entry is None:
            raise UnknownDebunk("No debunk has this id; GET /debunks lists those there are.")
        return entry

    async def add(self, content: Debunk) -> Entry:
        """Add an entry and let it take effect."""
        (entry,) = await self.put({new_id(): content})
        return entry

    async def change(self, identity: str, content: Debunk) -> Entry:
        """Give an entry another content; raises UnknownDebunk."""
        entry = self.find(identity)
        if content == entry.content:
            return entry
        (entry,) = await self.put({identity: content})
        return entry

    async def put(self, contents: Mapping[str, Debunk]) -> list[Entry]:
        """Add entries or replace those of the same id, and let them take effect."""
        await self._repository.put(contents, self.clock())
        await self.reload()
        if len(contents) <= MOST_AT_ONCE and not self.vectors.overloaded:
            await self.vectors.compute(self._all(contents))
            await self._index()
        self.on_change()
        return [self.find(identity) for identity in contents]

    async def remove(self, identity: str) -> None:
        """Remove an entry; a shipped one stays away until it is put again. Raises UnknownDebunk."""
        entry = self.find(identity)
        shipped = identity in self._shipped
        await self._repository.hide(identity, entry.content, self.clock(), shipped=shipped)
        await self.reload()

    async def search(self, text: str, limit: int) -> list[DebunkMatch]:
        """Return the entries nearest to a question, by its words and its meaning."""
        return await asyncio.to_thread(
            lambda: self.library.search(text, self.embedder.query(Post(text)), limit, self.clock())
        )

    async def reload(self) -> None:
        """Take over what has changed in the store."""
        async with self._loading:
            # First the revision: a change between the reads is then seen once more, not missed.
            revision = await self._repository.revision()
            there = await self._repository.revisions()
            changed = [
                identity
                for identity, known in there.items()
                if identity not in self._rows or self._rows[identity].revision != known
            ]
            rows = {row.id: row for row in await self._repository.rows(changed)}
            kept = {identity: row for identity, row in self._rows.items() if identity in there}
            self._rows = kept | rows
            self._revision = revision
            await self._load()

    async def _keep_up(self) -> None:
        if await self._repository.revision() != self._revision:
            await self.reload()
        await self._rebuild()
        learned = False
        while await self.vectors.advance(list(self.library.snapshot.entries.values())):
            await self._index()
            await self._rebuild()
            learned = True
        if learned:
            await self._rebuild(always=True)
        if not self._ordinary:
            await self._calibrate()
        elif len(self.library.snapshot.entries) > GROWTH * self._calibrated:
            await self._set_thresholds(self.library.ranking)
        self._settled.set()

    async def _calibrate(self) -> None:
        contents = [entry.content for entry in self._shipped.values()]
        ordinary = list(ordinary_posts())
        texts = [*ordinary, *(text for content in contents for text in texts_of(content))]
        vectors = await self.vectors.of_texts(texts)
        ranking = await asyncio.to_thread(calibrate, contents, ordinary, vectors, self._normaliser)
        self._ordinary = [
            Query(key_of(self._normaliser(text).text), views(vectors[text])) for text in ordinary
        ]
        await self._set_thresholds(ranking)

    async def _set_thresholds(self, ranking: Ranking) -> None:
        snapshot = self.library.snapshot
        self.library.ranking = await asyncio.to_thread(
            with_thresholds, ranking, snapshot, self._ordinary, self.clock()
        )
        self._calibrated = len(snapshot.entries)
        found = self.library.ranking
        log.info("debunks calibrated", words=found.words, least=round(found.least, 3))

    async def _rebuild(self, *, always: bool = False) -> None:
        """Index everything anew where much is fresh: every search goes through both indexes."""
        if always or self.library.snapshot.overgrown:
            async with self._loading:
                await asyncio.to_thread(self.library.rebuild)

    async def _index(self) -> None:
        async with self._loading:
            await self._load()

    async def _load(self) -> None:
        entries = self._merged()
        await asyncio.to_thread(self.library.load, entries, self.vectors.by_entry(entries))

    def _merged(self) -> list[Entry]:
        own = {
            row.id: Entry(
                row.id,
                row.content,
                row.revision,
                row.id in self._shipped,
                row.created_at,
                row.updated_at,
            )
            for row in self._rows.values()
            if not row.deleted
        }
        shipped = [entry for name, entry in self._shipped.items() if name not in self._rows]
        return [*shipped, *own.values()]

    def _all(self, identities: Iterable[str]) -> list[Entry]:
        entries = self.library.snapshot.entries
        return [entries[identity] for identity in identities if identity in entries]


def _entries(shipped: Iterable[ShippedDebunk]) -> dict[str, Entry]:
    return {
        one.id: Entry(one.id, one.content, _revision(one.content), shipped=True) for one in shipped
    }


def _revision(content: Debunk) -> str:
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:26]
