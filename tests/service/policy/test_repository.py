"""Policies in the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.policy.repository import Kept, PolicyRepository
from service.store.database import Database

pytestmark = pytest.mark.anyio
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST = Kept(
    name="mine",
    version="0123456789ab",
    origin="store",
    form="yaml",
    source="# 备注\nstore: none\n",
    created_at=START,
    created_by="01KAMZ6E1BD0VYJ7T0D8Q3M4XN",
)
SECOND = replace(
    FIRST, version="ba9876543210", source="{}", form="json", created_at=START + timedelta(hours=1)
)


async def test_put_get_and_list(database: Database) -> None:
    repository = PolicyRepository(database)
    assert await repository.current() == {}
    assert await repository.put(FIRST) is True
    assert await repository.put(SECOND) is False
    assert await repository.current() == {"mine": SECOND.version}
    assert await repository.get("mine", FIRST.version) == FIRST
    assert await repository.get("mine", "0" * 12) is None
    assert await repository.versions("mine") == [SECOND, FIRST]
    assert await repository.versions("other") == []


async def test_an_earlier_version_comes_back_into_force(database: Database) -> None:
    repository = PolicyRepository(database)
    for kept in (FIRST, SECOND, replace(FIRST, created_at=START + timedelta(days=1))):
        await repository.put(kept)
    assert await repository.current() == {"mine": FIRST.version}
    assert await repository.get("mine", FIRST.version) == FIRST  # as it first was
    assert len(await repository.versions("mine")) == 2


async def test_removing_keeps_the_versions(database: Database) -> None:
    repository = PolicyRepository(database)
    await repository.put(FIRST)
    assert await repository.remove("mine") is True
    assert await repository.remove("mine") is False
    assert await repository.current() == {}
    assert await repository.versions("mine") == [FIRST]
    assert await repository.put(FIRST) is True


async def test_versions_of_files_are_remembered_once(database: Database) -> None:
    repository = PolicyRepository(database)
    shipped = replace(FIRST, name="default", origin="shipped", created_by=None)
    for _ in range(2):
        await repository.remember([shipped, FIRST])
    assert await repository.versions("default") == [shipped]
    assert await repository.current() == {}


async def test_many_at_once(database: Database) -> None:
    repository = PolicyRepository(database)
    made = [replace(FIRST, version=f"{n:012x}") for n in range(8)]
    created = await asyncio.gather(*(repository.put(one) for one in made))
    assert sum(created) == 1
    assert len(await repository.versions("mine")) == 8
    await asyncio.gather(*(repository.remember([SECOND]) for _ in range(8)))
    assert len(await repository.versions("mine")) == 9
