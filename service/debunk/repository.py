"""SQL of the debunk library: entries and their embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from data.debunks import Debunk
from service.debunk.meaning import Vectors
from service.debunk.tables import debunk_embeddings, debunk_scans, debunk_state, debunks
from service.identifiers import new_id
from service.store.database import Database

# SQLite takes a bounded number of parameters in a statement.
CHUNK = 400
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is kept; `deleted` hides the shipped entry of the same id."""

    id: str
    content: Debunk
    revision: str
    created_at: datetime
    updated_at: datetime
    deleted: bool


class DebunkRepository:
    """Reads and writes entries; every write changes `revision()` in the same transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def revision(self) -> str:
        """Return what changes with every change of any entry, by any process."""
        async with self.database.read() as connection:
            return str(await connection.scalar(select(debunk_state.c.revision)))

    async def revisions(self) -> dict[str, str]:
        """Return the revision of every row by id."""
        async with self.database.read() as connection:
            rows = await connection.execute(select(debunks.c.id, debunks.c.revision))
            return {row.id: row.revision for row in rows}

    async def rows(self, identities: Sequence[str]) -> list[Stored]:
        """Return the rows of ids, those that are there, in no order."""
        found: list[Stored] = []
        async with self.database.read() as connection:
            for chunk in chunks(identities):
                query = select(debunks).where(debunks.c.id.in_(chunk))
                found += [_stored(row) for row in await connection.execute(query)]
        return found

    async def put(self, entries: Mapping[str, Debunk], now: datetime) -> dict[str, Stored]:
        """Add entries or replace those of the same id, in one transaction, and ask for a scan."""
        async with self.database.write() as connection:
            await _mark(connection)
            return {
                identity: await _put(connection, identity, content, now)
                for identity, content in entries.items()
            }

    async def hide(self, identity: str, content: Debunk, now: datetime, *, shipped: bool) -> None:
        """Remove an entry; a shipped one keeps a row that says so."""
        async with self.database.write() as connection:
            await _mark(connection)
            if shipped:
                await _put(connection, identity, content, now, deleted=True)
            else:
                await connection.execute(delete(debunks).where(debunks.c.id == identity))
            await connection.execute(
                delete(debunk_scans).where(debunk_scans.c.debunk_id == identity)
            )

    async def vectors(self, fingerprint: str, texts: Iterable[str]) -> dict[str, Vectors]:
        """Return the kept embeddings [n, width] of texts, named by their hashes."""
        found: dict[str, Vectors] = {}
        table = debunk_embeddings.c
        async with self.database.read() as connection:
            for chunk in chunks(list(texts)):
                query = select(table.text, table.vector, table.width).where(
                    table.fingerprint == fingerprint, table.text.in_(chunk)
                )
                for row in await connection.execute(query):
                    vector = np.frombuffer(row.vector, np.float16).astype(np.float32)
                    found[row.text] = vector.reshape(-1, row.width)
        return found

    async def keep_vectors(
        self, fingerprint: str, vectors: Mapping[str, Vectors], now: datetime
    ) -> None:
        """Keep embeddings by the hash of their text; what is kept already stays."""
        known = await self.vectors(fingerprint, vectors)
        rows = [
            {
                "fingerprint": fingerprint,
                "text": text,
                "vector": vector.astype(np.float16).tobytes(),
                "width": vector.shape[1],
                "created_at": now,
            }
            for text, vector in vectors.items()
            if text not in known
        ]
        if not rows:
            return
        try:
            async with self.database.write() as connection:
                await connection.execute(insert(debunk_embeddings), rows)
        except IntegrityError:
            # Another process keeps the same at this moment; what is missing is computed next time.
            return

    async def prune_vectors(self, fingerprint: str, before: datetime) -> int:
        """Remove embeddings of other releases made before a moment; return how many."""
        table = debunk_embeddings.c
        async with self.database.write() as connection:
            old = delete(debunk_embeddings).where(
                table.fingerprint != fingerprint, table.created_at < before
            )
            return (await connection.execute(old)).rowcount


async def _mark(connection: AsyncConnection) -> None:
    """Mark that entries change; on PostgreSQL this also makes writers wait for each other."""
    await connection.execute(update(debunk_state).values(revision=new_id()))


async def _put(
    connection: AsyncConnection,
    identity: str,
    content: Debunk,
    now: datetime,
    *,
    deleted: bool = False,
) -> Stored:
    revision = new_id()
    values: dict[str, Any] = {
        "content": content.model_dump(mode="json"),
        "revision": revision,
        "updated_at": now,
        "deleted_at": now if deleted else None,
    }
    known = (
        await connection.execute(select(debunks.c.created_at).where(debunks.c.id == identity))
    ).one_or_none()
    if known is None:
        await connection.execute(insert(debunks).values(id=identity, created_at=now, **values))
    else:
        await connection.execute(update(debunks).where(debunks.c.id == identity).values(values))
    if not deleted:
        await _ask_for_scan(connection, identity, revision)
    created = now if known is None else known.created_at
    return Stored(identity, content, revision, created, now, deleted)


async def _ask_for_scan(connection: AsyncConnection, identity: str, revision: str) -> None:
    await connection.execute(delete(debunk_scans).where(debunk_scans.c.debunk_id == identity))
    await connection.execute(
        insert(debunk_scans).values(
            debunk_id=identity, revision=revision, state=WAITING, scanned=0, complete=False
        )
    )


def chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """Divide values among statements."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _stored(row: Any) -> Stored:
    return Stored(
        row.id,
        Debunk.model_validate(row.content),
        row.revision,
        row.created_at,
        row.updated_at,
        row.deleted_at is not None,
    )
