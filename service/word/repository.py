"""SQL of the word lists."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import Database
from service.word.entries import Draft, Entry, Kind
from service.word.errors import UnknownWords, WordsConflict
from service.word.tables import word_entries, word_lists, word_revision

Status = Literal["added", "updated", "duplicate", "invalid"]
# SQLite takes a bounded number of parameters in a statement.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is kept."""

    id: str
    list_name: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an entry to be added; `id` is that of the entry now in the list."""

    status: Status
    id: str


class WordRepository:
    """Lists and entries in the store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def revision(self) -> int:
        """Return a number that every change of any list raises."""
        async with self.database.read() as connection:
            return await _revision(connection)

    async def load(self) -> tuple[int, dict[str, Kind], list[Stored]]:
        """Return the revision, the kind of every list, and all entries in the order they came."""
        async with self.database.read() as connection:
            # First the revision: a change between the two reads is then seen once more, not missed.
            revision = await _revision(connection)
            lists = (await connection.execute(select(word_lists))).all()
            entries = (
                await connection.execute(select(word_entries).order_by(word_entries.c.id))
            ).all()
        kinds: dict[str, Kind] = {row.name: row.kind for row in lists}
        return revision, kinds, [_stored(row) for row in entries]

    async def add(
        self,
        name: str,
        kind: Kind,
        entries: Sequence[Entry],
        *,
        now: datetime,
        by: str | None,
        room: int,
    ) -> list[Kept]:
        """Put entries into a list, which is made if it is new; one answer an entry, in order.

        An entry that means the same as one in the list is a `duplicate`, or `updated` when its
        tags, note or expiry differ. Raises WordsConflict when the list is of another kind, or all
        lists together would hold more than `room` entries.
        """
        async with self.database.write() as connection:
            await _raise_revision(connection)
            await _make_list(connection, name, kind, now)
            present = await _present(connection, name, [_digest(entry) for entry in entries])
            kept, fresh = await _sort_out(connection, entries, present)
            held = await connection.scalar(select(func.count()).select_from(word_entries)) or 0
            if held + len(fresh) > room:
                raise WordsConflict(
                    f"All lists together may hold {room:,} entries and hold {held:,}. Delete "
                    "lists that are not needed first."
                )
            rows = [_row(name, entry, now, by) for entry in fresh]
            if rows:
                await connection.execute(insert(word_entries), rows)
        return kept

    async def remove_list(self, name: str) -> int:
        """Delete a list and return how many entries it had; raises UnknownWords."""
        async with self.database.write() as connection:
            await _raise_revision(connection)
            removed = await connection.execute(
                delete(word_entries).where(word_entries.c.list_name == name)
            )
            lists = await connection.execute(delete(word_lists).where(word_lists.c.name == name))
            if not lists.rowcount:
                raise UnknownWords("No list has this name; GET /words names those there are.")
            return removed.rowcount

    async def remove_entry(self, name: str, identity: str) -> None:
        """Delete one entry; raises UnknownWords."""
        async with self.database.write() as connection:
            await _raise_revision(connection)
            removed = await connection.execute(
                delete(word_entries).where(
                    word_entries.c.list_name == name, word_entries.c.id == identity
                )
            )
            if not removed.rowcount:
                raise UnknownWords("The list has no such entry; GET /words/{list} has their ids.")


async def _revision(connection: AsyncConnection) -> int:
    return await connection.scalar(select(word_revision.c.revision)) or 0


async def _raise_revision(connection: AsyncConnection) -> None:
    """Announce a change and, on PostgreSQL, wait for other writers of words."""
    await connection.execute(update(word_revision).values(revision=word_revision.c.revision + 1))


async def _make_list(connection: AsyncConnection, name: str, kind: Kind, now: datetime) -> None:
    there = await connection.scalar(select(word_lists.c.kind).where(word_lists.c.name == name))
    if there is None:
        await connection.execute(insert(word_lists).values(name=name, kind=kind, created_at=now))
    elif there != kind:
        raise WordsConflict(
            f"The list is of kind {there}, not {kind}. Use another list name, or send {there}."
        )


async def _present(
    connection: AsyncConnection, name: str, digests: Sequence[str]
) -> dict[str, Stored]:
    present: dict[str, Stored] = {}
    remaining = iter(digests)
    while chunk := list(islice(remaining, CHUNK)):
        rows = await connection.execute(
            select(word_entries).where(
                word_entries.c.list_name == name, word_entries.c.digest.in_(chunk)
            )
        )
        present.update((row.digest, _stored(row)) for row in rows)
    return present


async def _sort_out(
    connection: AsyncConnection, entries: Sequence[Entry], present: dict[str, Stored]
) -> tuple[list[Kept], list[Entry]]:
    """Tell new entries from those in the list or earlier in the same request; update those."""
    kept: list[Kept] = []
    fresh: dict[str, Entry] = {}
    for entry in entries:
        digest = _digest(entry)
        if digest in fresh:
            kept.append(Kept("duplicate", fresh[digest].id))
        elif digest not in present:
            fresh[digest] = entry
            kept.append(Kept("added", entry.id))
        else:
            old = present[digest]
            changed = _told(old.draft) != _told(entry.draft)
            if changed:
                await _update(connection, old.id, entry.draft)
                present[digest] = Stored(old.id, old.list_name, entry.draft)
            kept.append(Kept("updated" if changed else "duplicate", old.id))
    return kept, list(fresh.values())


async def _update(connection: AsyncConnection, identity: str, draft: Draft) -> None:
    await connection.execute(
        update(word_entries)
        .where(word_entries.c.id == identity)
        .values(tags=list(draft.tags), note=draft.note, expires_at=draft.expires)
    )


def _told(draft: Draft) -> tuple[object, ...]:
    return draft.tags, draft.note, draft.expires


def _digest(entry: Entry) -> str:
    return hashlib.sha256(entry.key.encode()).hexdigest()


def _row(name: str, entry: Entry, now: datetime, by: str | None) -> dict[str, object]:
    draft = entry.draft
    return {
        "id": entry.id,
        "list_name": name,
        "pattern": draft.pattern,
        "digest": _digest(entry),
        "tags": list(draft.tags),
        "note": draft.note,
        "expires_at": draft.expires,
        "created_at": now,
        "created_by": by,
    }


def _stored(row: Any) -> Stored:
    tags = tuple(row.tags)
    draft = Draft(row.pattern, tags, row.note, row.expires_at)
    return Stored(row.id, row.list_name, draft)
