"""SQL of policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.policy.tables import policies, policy_versions
from service.store.database import Database

Origin = Literal["shipped", "folder", "store"]
Form = Literal["yaml", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version of a policy as it is kept."""

    name: str
    version: str
    origin: Origin
    form: Form
    source: str
    created_at: datetime
    created_by: str | None = None


class PolicyRepository:
    """Versions of policies, and which of those made over the API are in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> dict[str, str]:
        """Return the version in force of each policy in the store."""
        query = select(policies.c.name, policies.c.version)
        async with self._database.read() as connection:
            return {row.name: row.version for row in await connection.execute(query)}

    async def get(self, name: str, version: str) -> Kept | None:
        """Return a version of a policy, whether or not it is in force."""
        query = select(policy_versions).where(
            policy_versions.c.name == name, policy_versions.c.version == version
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Kept(**row._mapping)

    async def versions(self, name: str) -> list[Kept]:
        """Return all versions of a policy, newest first."""
        query = (
            select(policy_versions)
            .where(policy_versions.c.name == name)
            .order_by(policy_versions.c.created_at.desc(), policy_versions.c.version)
        )
        async with self._database.read() as connection:
            return [Kept(**row._mapping) for row in await connection.execute(query)]

    async def put(self, kept: Kept) -> bool:
        """Keep a version and put it in force; tell whether the store had no policy of this name."""
        key = {"name": kept.name}
        values = {
            "version": kept.version,
            "changed_at": datetime.now(UTC),
            "changed_by": kept.created_by,
        }
        change = update(policies).where(policies.c.name == kept.name).values(values)
        async with self._database.write() as connection:
            await _keep(connection, kept)
            if (await connection.execute(change)).rowcount:
                return False
            try:
                async with connection.begin_nested():
                    await connection.execute(insert(policies).values(key | values))
            except IntegrityError:
                # Another process made it in between.
                await connection.execute(change)
                return False
        return True

    async def remove(self, name: str) -> bool:
        """Take a policy out of force and tell whether there was one; its versions stay."""
        async with self._database.write() as connection:
            done = await connection.execute(delete(policies).where(policies.c.name == name))
            return bool(done.rowcount)

    async def remember(self, seen: Iterable[Kept]) -> None:
        """Keep versions that came from files, so that receipts can be read for ever."""
        versions = list(seen)
        if not versions:
            return
        async with self._database.read() as connection:
            missing = [one for one in versions if not await _known(connection, one)]
        if not missing:
            return
        async with self._database.write() as connection:
            for one in missing:
                await _keep(connection, one)


async def _known(connection: AsyncConnection, kept: Kept) -> bool:
    query = select(policy_versions.c.name).where(
        policy_versions.c.name == kept.name, policy_versions.c.version == kept.version
    )
    return (await connection.execute(query)).first() is not None


async def _keep(connection: AsyncConnection, kept: Kept) -> None:
    if await _known(connection, kept):
        return
    try:
        async with connection.begin_nested():
            await connection.execute(insert(policy_versions).values(asdict(kept)))
    except IntegrityError:
        # Another process has just kept the same.
        return
