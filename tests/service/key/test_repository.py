"""Keys in either database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from models.errors import InvalidInput
from service.key.repository import KeyRepository
from service.key.service import create_key
from service.store.database import Database

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 22)


@pytest.fixture
def keys(database: Database) -> KeyRepository:
    return KeyRepository(database)


async def test_a_key_is_stored_without_its_secret(keys: KeyRepository) -> None:
    expires = datetime.now(UTC) + timedelta(days=3)
    secret = await create_key(
        keys,
        "论坛",
        scope="review",
        store="fingerprint",
        per_minute=3,
        per_day=9,
        expires_at=expires,
    )
    (key,) = await keys.all(TODAY)
    assert (key.id, key.name, key.scope, key.store) == (secret.id, "论坛", "review", "fingerprint")
    assert (key.per_minute, key.per_day, key.expires_at) == (3, 9, expires)
    assert secret.matches(key.secret_hash)
    assert key.last_used_on is None
    async with keys.database.read() as connection:
        row = (await connection.execute(text("SELECT * FROM api_keys"))).one()
    assert secret.secret not in str(row)


async def test_revoking_is_for_good_and_told_once(keys: KeyRepository) -> None:
    secret = await create_key(keys, "one")
    now = datetime.now(UTC)
    assert await keys.revoke(secret.id, now)
    assert not await keys.revoke(secret.id, now + timedelta(days=1))
    assert not await keys.revoke("0" * 26, now)
    (key,) = await keys.all(TODAY)
    assert key.revoked_at == now
    assert not key.usable(now)


async def test_usable(keys: KeyRepository) -> None:
    await create_key(keys, "one")
    (key,) = await keys.all(TODAY)
    now = datetime.now(UTC)
    assert key.usable(now)
    assert not replace(key, expires_at=now).usable(now)
    assert replace(key, expires_at=now + timedelta(seconds=1)).usable(now)


async def test_usage_adds_up_by_day(keys: KeyRepository) -> None:
    one = (await create_key(keys, "one")).id
    two = (await create_key(keys, "two")).id
    await keys.add_usage(TODAY, {one: 3, two: 1})
    await keys.add_usage(TODAY, {one: 4})
    await keys.add_usage(TODAY + timedelta(days=1), {two: 5})
    today = {key.id: (key.posts_today, key.last_used_on) for key in await keys.all(TODAY)}
    assert today == {one: (7, TODAY), two: (1, TODAY + timedelta(days=1))}
    tomorrow = {key.id: key.posts_today for key in await keys.all(TODAY + timedelta(days=1))}
    assert tomorrow == {one: 0, two: 5}


async def test_old_usage_is_dropped(keys: KeyRepository) -> None:
    one = (await create_key(keys, "one")).id
    await keys.add_usage(TODAY, {one: 3})
    await keys.add_usage(TODAY + timedelta(days=91), {one: 1})
    (key,) = await keys.all(TODAY)
    assert key.posts_today == 0


async def test_processes_that_begin_a_day_together_both_count(
    database_url: str, keys: KeyRepository
) -> None:
    one = (await create_key(keys, "one")).id
    other = await Database.open(database_url)
    try:
        both = [keys, KeyRepository(other)] * 5
        await asyncio.gather(*(repository.add_usage(TODAY, {one: 1}) for repository in both))
    finally:
        await other.close()
    (key,) = await keys.all(TODAY)
    assert key.posts_today == 10


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("", {}),
        ("  ", {}),
        ("a\nb", {}),
        ("a\0b", {}),
        ("x" * 101, {}),
        ("one", {"per_minute": 0}),
        ("one", {"per_day": -1}),
        ("one", {"per_day": 2**31}),
        ("one", {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}),
    ],
)
async def test_what_cannot_be_a_key(
    keys: KeyRepository, name: str, options: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        await create_key(keys, name, **options)  # type: ignore[arg-type]
    assert await keys.all(TODAY) == []


async def test_a_name_in_use_is_refused_until_its_key_is_revoked(keys: KeyRepository) -> None:
    first = await create_key(keys, "one")
    with pytest.raises(InvalidInput, match=first.id):
        await create_key(keys, " one ")
    await keys.revoke(first.id, datetime.now(UTC))
    await create_key(keys, "one")
    assert len(await keys.all(TODAY)) == 2
