"""SQL of scans and of the decisions they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.debunk.repository import WAITING, chunks
from service.debunk.tables import debunk_affected, debunk_scans
from service.decision.tables import decisions
from service.event.repository import NewEvent, add_event
from service.score.evidence import Match
from service.store.database import Database

State = Literal["waiting", "running", "done", "none"]
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Scan:
    """How far the search for one revision of an entry has come."""

    debunk_id: str
    revision: str
    state: State
    scanned: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Affected:
    """An earlier decision that matches an entry."""

    decision_id: str
    similarity: float
    match: Match
    quoted: bool
    found_at: datetime


class RetrospectRepository:
    """Scans are asked for where entries are stored; here they are taken up and finished."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def scan(self, debunk_id: str) -> Scan | None:
        """Return the scan of an entry, None where there was nothing to scan for."""
        async with self._database.read() as connection:
            query = select(debunk_scans).where(debunk_scans.c.debunk_id == debunk_id)
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _scan(row)

    async def page(self, debunk_id: str, limit: int, after: str | None) -> list[Affected]:
        """Return what a scan has found, the newest decisions first."""
        table = debunk_affected.c
        query = select(debunk_affected).where(table.debunk_id == debunk_id)
        if after is not None:
            query = query.where(table.decision_id < after)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(table.decision_id.desc()).limit(limit))
            return [
                Affected(row.decision_id, row.similarity, row.match, row.quoted, row.found_at)
                for row in rows
            ]

    async def take(self, now: datetime, limit: int) -> list[Scan]:
        """Take up scans that wait, or that another process has left unfinished."""
        table = debunk_scans.c
        open_now = or_(
            table.state == WAITING, and_(table.state == "running", table.leased_until < now)
        )
        async with self._database.write() as connection:
            query = select(debunk_scans).where(open_now).order_by(table.debunk_id).limit(limit)
            rows = (await connection.execute(query.with_for_update(skip_locked=True))).all()
            await connection.execute(
                update(debunk_scans)
                .where(table.debunk_id.in_([row.debunk_id for row in rows]))
                .values(state="running", leased_until=now + LEASE)
            )
        return [_scan(row) for row in rows]

    async def finish(
        self, scan: Scan, found: Sequence[Affected], event: NewEvent | None, now: datetime
    ) -> bool:
        """Keep what a scan has found and the event that tells of it, in one transaction.

        Nothing is kept, and False returned, when the entry has changed or gone meanwhile.
        """
        table = debunk_scans.c
        async with self._database.write() as connection:
            done = await connection.execute(
                update(debunk_scans)
                .where(table.debunk_id == scan.debunk_id, table.revision == scan.revision)
                .values(
                    state="done",
                    leased_until=None,
                    scanned=scan.scanned,
                    complete=scan.complete,
                    finished_at=now,
                )
            )
            if done.rowcount == 0:
                return False
            await _replace(connection, scan.debunk_id, found)
            if event is not None:
                await add_event(connection, event, now)
        return True

    async def drop(self, scan: Scan) -> None:
        """Forget a scan whose entry has gone."""
        async with self._database.write() as connection:
            table = debunk_scans.c
            await connection.execute(
                delete(debunk_scans).where(
                    table.debunk_id == scan.debunk_id, table.revision == scan.revision
                )
            )


async def _replace(connection: AsyncConnection, debunk_id: str, found: Sequence[Affected]) -> None:
    await connection.execute(
        delete(debunk_affected).where(debunk_affected.c.debunk_id == debunk_id)
    )
    wanted = [one.decision_id for one in found]
    there: set[str] = set()
    for chunk in chunks(wanted):
        # Locked, so that none of them is removed before what refers to it is committed.
        query = select(decisions.c.id).where(decisions.c.id.in_(chunk))
        there |= {row.id for row in await connection.execute(query.with_for_update(read=True))}
    rows = [
        {
            "debunk_id": debunk_id,
            "decision_id": one.decision_id,
            "similarity": one.similarity,
            "match": one.match,
            "quoted": one.quoted,
            "found_at": one.found_at,
        }
        for one in found
        if one.decision_id in there
    ]
    if rows:
        await connection.execute(insert(debunk_affected), rows)


def _scan(row: Any) -> Scan:
    return Scan(row.debunk_id, row.revision, row.state, row.scanned, row.complete)
