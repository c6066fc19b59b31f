"""The keys of a running service: found, refused, counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from service.key import service
from service.key.errors import KeyInvalid, OverQuota
from service.key.repository import KeyRepository
from service.key.secret import new_secret
from service.key.service import Keys, create_key
from service.store.database import Database
from service.store.errors import StoreError

pytestmark = pytest.mark.anyio


@pytest.fixture
async def keys(database: Database) -> AsyncIterator[Keys]:
    keys = Keys(KeyRepository(database))
    yield keys
    await keys.close()


async def refused(keys: Keys, text: str) -> str:
    with pytest.raises(KeyInvalid) as caught:
        await keys.caller(text)
    return caught.value.detail


def forget(keys: Keys) -> None:
    """Let the copy of the keys be old."""
    keys._tried_at -= service.FRESH_S


async def posts_today(keys: Keys) -> int:
    (key,) = await keys.repository.all(datetime.now(UTC).date())
    return key.posts_today


async def test_a_key_is_found_with_its_scopes(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one", scope="review", store="none")
    caller = await keys.caller(secret.text)
    assert (caller.key_id, caller.store) == (secret.id, "none")
    assert caller.scopes == {"score", "review"}
    assert secret.secret not in repr(caller)


async def test_unknown_and_wrong_keys_are_told_the_same(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one")
    wrong = f"mj_{secret.id}_{new_secret().secret}"
    texts = (wrong, new_secret().text, "mj_x_y", "", "密钥", "x" * 10_000)
    said = {await refused(keys, text) for text in texts}
    assert said == {service.UNKNOWN}


async def test_only_the_holder_is_told_that_a_key_was_revoked(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one")
    await keys.repository.revoke(secret.id, datetime.now(UTC))
    assert "revoked" in await refused(keys, secret.text)
    assert await refused(keys, f"mj_{secret.id}_{new_secret().secret}") == service.UNKNOWN


async def test_a_key_ends_at_its_moment(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    end = datetime.now(UTC) + timedelta(seconds=0.3)
    secret = await create_key(keys.repository, "one", expires_at=end)
    await keys.caller(secret.text)
    await asyncio.sleep(0.35)
    assert "expired" in await refused(keys, secret.text)


async def test_new_and_revoked_keys_are_seen_within_seconds(keys: Keys) -> None:
    first = await create_key(keys.repository, "one")
    await keys.caller(first.text)
    second = await create_key(keys.repository, "two")
    await keys.repository.revoke(first.id, datetime.now(UTC))
    forget(keys)
    assert (await keys.caller(second.text)).key_id == second.id
    await refused(keys, first.text)


async def test_unknown_keys_do_not_reach_the_database(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refused(keys, new_secret().text)

    async def fail(_today: object) -> None:
        raise AssertionError("looked up")

    monkeypatch.setattr(keys.repository, "all", fail)
    for _ in range(50):
        await refused(keys, new_secret().text)


async def test_keys_survive_a_store_that_is_away_for_a_moment(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await create_key(keys.repository, "one")
    await keys.caller(secret.text)

    async def fail(_today: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr(keys.repository, "all", fail)
    forget(keys)
    assert (await keys.caller(secret.text)).key_id == secret.id
    keys._read_at -= service.STALE_S
    with pytest.raises(StoreError):
        await keys.caller(secret.text)


async def test_a_store_that_hangs_is_waited_for_once(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await create_key(keys.repository, "one")
    await keys.caller(secret.text)
    tried = 0

    async def hang(_today: object) -> None:
        nonlocal tried
        tried += 1
        await asyncio.sleep(0.1)
        raise StoreError("away")

    monkeypatch.setattr(keys.repository, "all", hang)
    forget(keys)
    callers = await asyncio.gather(*(keys.caller(secret.text) for _ in range(20)))
    assert {caller.key_id for caller in callers} == {secret.id}
    assert tried == 1


async def test_use_is_written_and_read_by_others(keys: Keys, database_url: str) -> None:
    secret = await create_key(keys.repository, "one", per_day=10)
    (await keys.caller(secret.text)).charge(6)
    await keys.write_usage()
    assert await posts_today(keys) == 5
    other = await Database.open(database_url)
    try:
        neighbour = Keys(KeyRepository(other))
        caller = await neighbour.caller(secret.text)
        with pytest.raises(OverQuota):
            caller.charge(7)
        caller.charge(3)
        await neighbour.close()
    finally:
        await other.close()
    assert await posts_today(keys) == 7


async def test_use_is_counted_once_however_often_it_is_read_and_written(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one", per_day=1000)

    async def use() -> None:
        caller = await keys.caller(secret.text)
        assert caller.meter
        caller.meter.take(1)
        forget(keys)
        await keys.write_usage()

    await asyncio.gather(*(use() for _ in range(30)))
    caller = await keys.caller(secret.text)
    assert caller.meter
    assert caller.meter.day.posts == 30
    await keys.write_usage()
    assert await posts_today(keys) == 30


async def test_use_that_could_not_be_written_is_written_later(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await create_key(keys.repository, "one")
    caller = await keys.caller(secret.text)
    assert caller.meter
    caller.meter.take(4)

    async def fail(*_: object) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patch:
        patch.setattr(keys.repository, "add_usage", fail)
        await keys.write_usage()
    await keys.write_usage()
    assert await posts_today(keys) == 4


async def test_a_quota_holds_under_concurrency(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one", per_day=50)

    async def call() -> bool:
        caller = await keys.caller(secret.text)
        assert caller.meter
        await asyncio.sleep(0)
        try:
            caller.meter.take(1)
        except OverQuota:
            return False
        return True

    assert sum(await asyncio.gather(*(call() for _ in range(200)))) == 50


async def test_closing_writes_down_the_rest(keys: Keys) -> None:
    secret = await create_key(keys.repository, "one")
    keys.start()
    caller = await keys.caller(secret.text)
    assert caller.meter
    caller.meter.take(2)
    await keys.close()
    assert await posts_today(keys) == 2
