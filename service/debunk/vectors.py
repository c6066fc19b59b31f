"""The embeddings of entries: taken from the store, computed where it has none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from service.debunk.embedding import TOGETHER, Embedder, stacked, text_hash, texts_of
from service.debunk.meaning import Vectors
from service.debunk.repository import DebunkRepository
from service.debunk.snapshot import Entry

log = structlog.get_logger("service.debunk")

# Entries whose embeddings are looked for in the store together, and texts computed before the
# library takes them over: more in a large library, where that costs more.
LOOKED_UP, COMPUTED, COMPUTED_SHARE = 400, 64, 0.01
# More entries than this that lack theirs are left to the background.
MOST_AT_ONCE = 64
STALE = timedelta(days=30)
LONGEST_PAUSE_S = 1.0
# The share of time that computing may take while callers' posts are read; half of it otherwise.
SHARE_BUSY = 0.1


class VectorStore:
    """Knows the vectors of entries by id and revision."""

    def __init__(
        self, repository: DebunkRepository, embedder: Embedder, clock: Callable[[], datetime]
    ) -> None:
        self._repository = repository
        self._embedder = embedder
        self._clock = clock
        self._held: dict[str, tuple[str, Vectors]] = {}
        self._missing = 0
        self._pruned = False
        # Whether posts of callers are with the model.
        self.busy: Callable[[], bool] = lambda: False

    @property
    def overloaded(self) -> bool:
        """Tell whether so many entries wait for theirs that a new one has to wait too."""
        return self._missing > MOST_AT_ONCE

    def by_entry(self, entries: Iterable[Entry]) -> dict[str, Vectors]:
        """Return the vectors [n, width] of those entries that have them, by id."""
        return {
            entry.id: held[1]
            for entry in entries
            if (held := self._held.get(entry.id)) is not None and held[0] == entry.revision
        }

    async def advance(self, entries: Sequence[Entry]) -> bool:
        """Get the vectors of some entries that lack them; tell whether there were any."""
        there = {entry.id for entry in entries}
        for identity in self._held.keys() - there:
            del self._held[identity]
        lacking = [entry for entry in entries if not self._has(entry)]
        self._missing = len(lacking)
        if not lacking:
            await self._prune()
            return False
        most = max(COMPUTED, int(COMPUTED_SHARE * len(entries)))
        await self.compute(lacking[: max(LOOKED_UP, most)], most)
        return True

    async def compute(self, entries: Sequence[Entry], most: int | None = None) -> None:
        """Get the vectors of entries; with `most`, of so many as need that many texts computed."""
        texts = [text for entry in entries for text in texts_of(entry.content)]
        known = await self.of_texts(texts, most)
        for entry in entries:
            own = texts_of(entry.content)
            if all(text in known for text in own):
                self._held[entry.id] = entry.revision, stacked([known[text] for text in own])

    async def of_texts(self, texts: Iterable[str], most: int | None = None) -> dict[str, Vectors]:
        """Return vectors [n, width] by text, those the store lacks computed: at most `most`."""
        wanted = {text_hash(text): text for text in texts}
        known = await self._repository.vectors(self._embedder.fingerprint, wanted)
        lacking = [name for name in wanted if name not in known][:most]
        for start in range(0, len(lacking), COMPUTED):
            known |= await self._made(lacking[start : start + COMPUTED], wanted)
        return {wanted[name]: vector for name, vector in known.items()}

    async def _made(self, names: Sequence[str], wanted: Mapping[str, str]) -> dict[str, Vectors]:
        made: dict[str, Vectors] = {}
        # Texts of one length make one batch.
        names = sorted(names, key=lambda name: len(wanted[name]))
        for start in range(0, len(names), TOGETHER):
            some = names[start : start + TOGETHER]
            begun = time.monotonic()
            rows = await asyncio.to_thread(self._embedder.embed, [wanted[name] for name in some])
            made |= dict(zip(some, rows, strict=True))
            if start + TOGETHER < len(names):
                # The model belongs to callers' posts first.
                pause = (time.monotonic() - begun) * (1 / SHARE_BUSY - 1 if self.busy() else 1)
                await asyncio.sleep(min(LONGEST_PAUSE_S, pause))
        await self._repository.keep_vectors(self._embedder.fingerprint, made, self._clock())
        return made

    def _has(self, entry: Entry) -> bool:
        held = self._held.get(entry.id)
        return held is not None and held[0] == entry.revision

    async def _prune(self) -> None:
        """Once all is computed, forget what releases of long ago have left."""
        if self._pruned:
            return
        self._pruned = True
        before = self._clock() - STALE
        removed = await self._repository.prune_vectors(self._embedder.fingerprint, before)
        if removed:
            log.info("embeddings of earlier releases removed", texts=removed)
