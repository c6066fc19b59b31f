"""SQL of the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.event.tables import deliveries, events
from service.identifiers import new_id
from service.store.database import Database

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
# How long a delivery that was taken up is nobody else's; longer than sending can last.
LEASE = timedelta(seconds=60)
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that callers are told of: ids and versions, never the text of a post."""

    type: str
    data: Mapping[str, Any]
    urls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one address; `attempts` counts this one."""

    id: str
    event_id: str
    type: str
    created_at: datetime
    data: Mapping[str, Any]
    url: str
    attempts: int


async def add_event(connection: AsyncConnection, event: NewEvent, now: datetime) -> str:
    """Put an event into the outbox, in the transaction of what it tells of; return its id."""
    identity = new_id()
    await connection.execute(
        insert(events).values(id=identity, type=event.type, created_at=now, data=event.data)
    )
    rows = [
        {
            "id": new_id(),
            "event_id": identity,
            "url": url,
            "state": WAITING,
            "attempts": 0,
            "next_at": now,
        }
        for url in event.urls
    ]
    if rows:
        await connection.execute(insert(deliveries), rows)
    return identity


class EventRepository:
    """Hands out what is to be delivered and keeps what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, now: datetime, limit: int) -> list[Delivery]:
        """Take up deliveries that are due; those never finished become due again by themselves."""
        table = deliveries.c
        due = (
            select(table.id)
            .where(table.state == WAITING, table.next_at <= now)
            .order_by(table.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            taken = [row.id for row in await connection.execute(due)]
            if not taken:
                return []
            await connection.execute(
                update(deliveries)
                .where(table.id.in_(taken))
                .values(attempts=table.attempts + 1, next_at=now + LEASE)
            )
            query = (
                select(table.id, table.event_id, table.url, table.attempts, events)
                .join(events, events.c.id == table.event_id)
                .where(table.id.in_(taken))
                .order_by(table.id)
            )
            return [_delivery(row) for row in await connection.execute(query)]

    async def delivered(self, delivery: Delivery, now: datetime) -> None:
        """Keep that a delivery has arrived."""
        await self._set(delivery, state=DELIVERED, error=None, finished_at=now)

    async def failed(self, delivery: Delivery, error: str, next_at: datetime | None) -> None:
        """Keep why a delivery failed and when to try again; None gives it up."""
        values: dict[str, Any] = {"error": error[:LONGEST_ERROR]}
        if next_at is None:
            await self._set(delivery, state=DEAD, **values)
        else:
            await self._set(delivery, next_at=next_at, **values)

    async def purge(self, before: datetime) -> int:
        """Remove events made before a moment of which no delivery waits; return how many."""
        waiting = exists().where(
            deliveries.c.event_id == events.c.id, deliveries.c.state == WAITING
        )
        async with self._database.write() as connection:
            old = delete(events).where(events.c.created_at < before, ~waiting)
            return (await connection.execute(old)).rowcount

    async def _set(self, delivery: Delivery, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(deliveries).where(deliveries.c.id == delivery.id).values(values)
            )


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        event_id=row.event_id,
        type=row.type,
        created_at=row.created_at,
        data=row.data,
        url=row.url,
        attempts=row.attempts,
    )
