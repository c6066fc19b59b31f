"""The remembered answers: claimed before the work, filled after it, dropped when they expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from service.idempotency.tables import idempotent_answers as table
from service.store.database import Database


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is remembered: one caller's Idempotency-Key."""

    caller: str
    name: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A request that came before; `status` is None while it is worked on."""

    nonce: bytes
    request_hash: bytes
    claimed_at: datetime
    status: int | None
    media_type: str | None
    answer: bytes | None


class IdempotencyRepository:
    """SQL of the remembered answers."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def claim(
        self, place: Place, nonce: bytes, request_hash: bytes, now: datetime, lease: timedelta
    ) -> Remembered | None:
        """Return what is remembered there, or None after having claimed the place.

        A claim without an answer is void after `lease`: its process has ended.
        """
        try:
            async with self.database.write() as connection:
                void = or_(
                    table.c.expires_at <= now,
                    and_(table.c.status.is_(None), table.c.claimed_at <= now - lease),
                )
                await connection.execute(delete(table).where(_at(place), void))
                row = (await connection.execute(select(table).where(_at(place)))).first()
                if row is None:
                    values = {
                        "caller": place.caller,
                        "name": place.name,
                        "nonce": nonce,
                        "request_hash": request_hash,
                        "claimed_at": now,
                        "expires_at": now + lease,
                        "size": 0,
                    }
                    await connection.execute(insert(table).values(values))
                    return None
        except IntegrityError:
            # Another process claimed the place between our look and our insert.
            async with self.database.read() as connection:
                row = (await connection.execute(select(table).where(_at(place)))).one()
        return Remembered(
            bytes(row.nonce),
            bytes(row.request_hash),
            row.claimed_at,
            row.status,
            row.media_type,
            None if row.answer is None else bytes(row.answer),
        )

    async def fill(
        self,
        place: Place,
        nonce: bytes,
        *,
        status: int,
        media_type: str,
        answer: bytes,
        expires_at: datetime,
    ) -> None:
        """Keep the answer in the place that was claimed with `nonce`, if it is still ours."""
        async with self.database.write() as connection:
            await connection.execute(
                update(table)
                .where(_at(place), table.c.nonce == nonce)
                .values(
                    status=status,
                    media_type=media_type,
                    answer=answer,
                    size=len(answer),
                    expires_at=expires_at,
                )
            )

    async def release(self, place: Place, nonce: bytes) -> None:
        """Give up the place that was claimed with `nonce`."""
        async with self.database.write() as connection:
            await connection.execute(delete(table).where(_at(place), table.c.nonce == nonce))

    async def purge(self, now: datetime, most_bytes: int) -> int:
        """Drop what has expired, then the oldest answers beyond `most_bytes`; return how many."""
        async with self.database.write() as connection:
            dropped = await connection.execute(delete(table).where(table.c.expires_at <= now))
            newer = func.sum(table.c.size).over(order_by=table.c.claimed_at.desc())
            sums = select(table.c.claimed_at, newer.label("kept")).subquery()
            last = await connection.scalar(
                select(func.max(sums.c.claimed_at)).where(sums.c.kept > most_bytes)
            )
            if last is None:
                return dropped.rowcount
            over = await connection.execute(
                delete(table).where(table.c.claimed_at <= last, table.c.status.is_not(None))
            )
            return dropped.rowcount + over.rowcount


def _at(place: Place) -> ColumnElement[bool]:
    return and_(table.c.caller == place.caller, table.c.name == place.name)
