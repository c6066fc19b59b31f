"""API keys and their use in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.decision.record import StoreMode
from service.key.caller import Scope
from service.key.tables import api_keys, key_usage
from service.store.database import Database

KEEP_USAGE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as it is stored; `posts_today` is what all processes have written of today."""

    id: str
    name: str
    secret_hash: bytes
    scope: Scope
    store: StoreMode
    per_minute: int | None
    per_day: int | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_on: date | None = None
    posts_today: int = 0

    def usable(self, now: datetime) -> bool:
        """Tell whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class KeyRepository:
    """SQL of the keys."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, key: Key) -> None:
        """Store a new key."""
        values = {column.name: getattr(key, column.name) for column in api_keys.columns}
        async with self.database.write() as connection:
            await connection.execute(insert(api_keys).values(values))

    async def all(self, today: date) -> list[Key]:
        """Return every key, oldest first, revoked and expired ones too."""
        usage = and_(key_usage.c.key_id == api_keys.c.id, key_usage.c.day == today)
        query = (
            select(api_keys, key_usage.c.posts)
            .select_from(api_keys.outerjoin(key_usage, usage))
            .order_by(api_keys.c.id)
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return [_key(row) for row in rows]

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke a key; False when there is none of this id that is not revoked yet."""
        change = (
            update(api_keys)
            .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        async with self.database.write() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def add_usage(self, day: date, posts: Mapping[str, int]) -> None:
        """Add posts to what keys have used on a day, and drop what is older than 90 days."""
        try:
            await self._add_usage(day, posts)
        except IntegrityError:
            # Another process was the first of the day at the same moment; now its row is there.
            await self._add_usage(day, posts)

    async def _add_usage(self, day: date, posts: Mapping[str, int]) -> None:
        async with self.database.write() as connection:
            # In one order everywhere, so that processes do not lock each other out.
            for key_id in sorted(posts):
                await _add_posts(connection, key_id, day, posts[key_id])
            await connection.execute(
                update(api_keys).where(api_keys.c.id.in_(posts)).values(last_used_on=day)
            )
            await connection.execute(delete(key_usage).where(key_usage.c.day < day - KEEP_USAGE))


async def _add_posts(connection: AsyncConnection, key_id: str, day: date, posts: int) -> None:
    row = and_(key_usage.c.key_id == key_id, key_usage.c.day == day)
    change = update(key_usage).where(row).values(posts=key_usage.c.posts + posts)
    if not (await connection.execute(change)).rowcount:
        await connection.execute(insert(key_usage).values(key_id=key_id, day=day, posts=posts))


def _key(row: RowMapping) -> Key:
    values = {column.name: row[column.name] for column in api_keys.columns}
    values["secret_hash"] = bytes(row["secret_hash"])
    return Key(**values, posts_today=row["posts"] or 0)
