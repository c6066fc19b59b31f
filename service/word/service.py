"""Word lists while the service runs: kept in the store, matched from a snapshot in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from models.normaliser import Normaliser
from service.identifiers import new_id
from service.store.database import Database
from service.store.errors import StoreError
from service.word.advice import Adviser, Remark
from service.word.entries import Draft, Entry, Kind, WordList, read_entry, reading
from service.word.errors import UnknownWords, WordsConflict
from service.word.matcher import WordMatcher
from service.word.pattern import PatternError
from service.word.reading import Fault, read_new
from service.word.repository import Kept, Status, Stored, WordRepository
from service.word.shipped import read_shipped
from service.word.snapshot import Snapshot, compile_lists

log = structlog.get_logger("service.word")

POLL_S = 2.0
MOST_ENTRIES = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry; `entry` is None where it was invalid."""

    pattern: str | None
    status: Status
    entry: Entry | None = None
    detail: str | None = None
    remarks: Sequence[Remark] = ()


class WordService:
    """Adds and removes words; every change of this or another process reaches `matcher`."""

    def __init__(
        self,
        repository: WordRepository,
        normaliser: Normaliser,
        *,
        shipped: Sequence[WordList] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.read = reading(normaliser)
        self.clock = clock
        self.matcher = WordMatcher(clock=clock)
        self._repository = repository
        self._shipped = read_shipped(self.read) if shipped is None else shipped
        self._revision = -1
        self._reloading = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, database: Database, normaliser: Normaliser, poll_s: float = POLL_S
    ) -> WordService:
        """Load every list and begin to watch for changes of other processes."""
        service = cls(WordRepository(database), normaliser)
        await service.reload()
        service._watching = asyncio.create_task(service._watch(poll_s), name="watch words")
        return service

    async def close(self) -> None:
        """Stop watching."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    @property
    def snapshot(self) -> Snapshot:
        """The lists that posts are matched against now."""
        return self.matcher.snapshot

    @property
    def version(self) -> str:
        """The short hash of the content of every list."""
        return self.matcher.version

    def find(self, name: str) -> WordList:
        """Return a list; raises UnknownWords."""
        if name not in self.snapshot.lists:
            raise UnknownWords("No list has this name; GET /words names those there are.")
        return self.snapshot.lists[name]

    async def add(
        self, name: str, kind: Kind, drafts: Sequence[Draft | Fault], by: str | None = None
    ) -> list[Outcome]:
        """Put entries into a list and let them take effect; one outcome a draft, in order.

        A list is made with its first entry. Raises WordsConflict for a shipped list, a list of
        another kind, and too many entries.
        """
        self._refuse_shipped(name)
        before = self.snapshot
        read = await asyncio.to_thread(
            lambda: [read_new(new_id(), draft, self.read) for draft in drafts]
        )
        entries = [one for one in read if isinstance(one, Entry)]
        if not entries:
            self._refuse_kind(name, kind)
            return [_invalid(one) for one in read if isinstance(one, Fault)]
        kept = iter(
            await self._repository.add(
                name, kind, entries, now=self.clock(), by=by, room=MOST_ENTRIES
            )
        )
        await self.reload()
        adviser = await asyncio.to_thread(Adviser, entries, kind, before)
        return await asyncio.to_thread(
            lambda: [
                _invalid(one) if isinstance(one, Fault) else _kept(one, next(kept), adviser)
                for one in read
            ]
        )

    async def remove_list(self, name: str) -> int:
        """Delete a list and return how many entries it had; raises UnknownWords, WordsConflict."""
        self._refuse_shipped(name)
        removed = await self._repository.remove_list(name)
        await self.reload()
        return removed

    async def remove_entry(self, name: str, identity: str) -> None:
        """Delete an entry; raises UnknownWords, WordsConflict."""
        self._refuse_shipped(name)
        await self._repository.remove_entry(name, identity)
        await self.reload()

    async def reload(self) -> None:
        """Read the store again and swap the snapshot; posts being matched keep the old one."""
        async with self._reloading:
            revision, kinds, stored = await self._repository.load()
            snapshot = await asyncio.to_thread(self._compile, kinds, stored)
            self._revision = revision
            self.matcher.swap(snapshot)

    def _compile(self, kinds: dict[str, Kind], stored: Sequence[Stored]) -> Snapshot:
        entries: dict[str, list[Entry]] = {name: [] for name in kinds}
        # Reading a pattern costs far more than keeping it.
        read = {entry.id: entry for one in self.snapshot.lists.values() for entry in one.entries}
        unreadable = 0
        for one in stored:
            entry = read.get(one.id)
            try:
                if entry is None or entry.draft != one.draft:
                    entry = read_entry(one.id, one.draft, self.read)
            except PatternError:
                # A normaliser newer than the entry may leave nothing of it.
                unreadable += 1
            else:
                entries[one.list_name].append(entry)
        if unreadable:
            log.warning("words that cannot be read are left out", entries=unreadable)
        lists = [WordList(name, kind, tuple(entries[name])) for name, kind in kinds.items()]
        return compile_lists([*self._shipped, *lists])

    async def _watch(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                if await self._repository.revision() != self._revision:
                    await self.reload()
            except StoreError as error:
                log.warning("words are served as they were", code=error.code)

    def _refuse_shipped(self, name: str) -> None:
        if any(one.name == name for one in self._shipped):
            raise WordsConflict(
                "This list comes with Mingjian and stays as it is. Make a list of your own under "
                "another name; which lists take part is up to the policy."
            )

    def _refuse_kind(self, name: str, kind: Kind) -> None:
        there = self.snapshot.lists.get(name)
        if there is not None and there.kind != kind:
            raise WordsConflict(f"The list is of kind {there.kind}, not {kind}.")


def _invalid(fault: Fault) -> Outcome:
    return Outcome(fault.pattern, "invalid", detail=fault.detail)


def _kept(entry: Entry, kept: Kept, adviser: Adviser) -> Outcome:
    """Tell what became of an entry, with advice against the lists as they were before it."""
    remarks = adviser.advise(entry)
    return Outcome(entry.draft.pattern, kept.status, replace(entry, id=kept.id), remarks=remarks)
