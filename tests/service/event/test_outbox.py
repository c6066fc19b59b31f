from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import InvalidInput
from service.event.outbox import FIRST_WAIT, KEPT, LONGEST_WAIT, MOST_ATTEMPTS, Outbox
from service.event.repository import LEASE, EventRepository, NewEvent, add_event
from service.event.signature import HEADER, sign
from service.event.tables import deliveries, events
from service.event.webhook import Webhook
from service.settings import Settings
from service.store.database import Database
from tests.service.event.receiver import receiving

pytestmark = pytest.mark.anyio
SECRET = "a secret of the test"
DATA = {"debunk_id": "crab", "total": 1}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def put(database: Database, clock: Clock, *urls: str) -> str:
    async with database.write() as connection:
        return await add_event(connection, NewEvent("debunk.affected", DATA, urls), clock())


async def states(database: Database) -> list[tuple[str, int, str | None]]:
    async with database.read() as connection:
        rows = await connection.execute(select(deliveries).order_by(deliveries.c.id))
        return [(row.state, row.attempts, row.error) for row in rows]


def outbox(database: Database, clock: Clock, *urls: str, private: bool = True) -> Outbox:
    webhook = Webhook(SECRET, allow_private=private)
    return Outbox(EventRepository(database), webhook, urls, clock=clock, chance=lambda: 0.5)


async def test_an_event_arrives_signed(database: Database) -> None:
    clock = Clock()
    with receiving() as receiver:
        identity = await put(database, clock, receiver.url)
        box = outbox(database, clock, receiver.url)
        await box.step()
        await box.step()
        await box.close()
    ((path, headers, body),) = receiver.received
    assert path == "/hook?x=1"
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert headers["X-Mingjian-Event"] == "debunk.affected"
    assert headers["X-Mingjian-Event-Id"] == identity
    assert json.loads(body) == {
        "id": identity,
        "type": "debunk.affected",
        "created_at": "2026-11-22T09:00:00Z",
        "data": DATA,
    }
    stamp = int(clock.now.timestamp())
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[HEADER] == f"t={stamp},v1={expected}" == sign(SECRET, stamp, body)
    assert await states(database) == [("delivered", 1, None)]


async def test_a_failure_is_tried_again_later_with_the_same_event(database: Database) -> None:
    clock = Clock()
    with receiving(500, 503, 200) as receiver:
        await put(database, clock, receiver.url)
        box = outbox(database, clock, receiver.url)
        await box.step()
        assert await states(database) == [("waiting", 1, "the receiver answered 500")]
        await box.step()
        assert len(receiver.received) == 1
        clock.now += FIRST_WAIT
        await box.step()
        clock.now += FIRST_WAIT
        await box.step()
        assert len(receiver.received) == 2
        clock.now += FIRST_WAIT
        await box.step()
        await box.close()
    bodies = {body for _, _, body in receiver.received}
    assert (len(receiver.received), len(bodies)) == (3, 1)
    assert await states(database) == [("delivered", 3, None)]


async def test_after_the_last_attempt_an_event_is_dead(database: Database) -> None:
    clock = Clock()
    with receiving(500) as receiver:
        await put(database, clock, receiver.url)
        box = outbox(database, clock, receiver.url)
        for _ in range(MOST_ATTEMPTS + 2):
            await box.step()
            clock.now += LONGEST_WAIT * 1.2
        await box.close()
    assert len(receiver.received) == MOST_ATTEMPTS
    assert await states(database) == [("dead", MOST_ATTEMPTS, "the receiver answered 500")]


async def test_gone_and_an_address_no_longer_configured_are_final(database: Database) -> None:
    clock = Clock()
    with receiving(410) as receiver:
        await put(database, clock, receiver.url, "https://old.example/hook")
        box = outbox(database, clock, receiver.url)
        await box.step()
        await box.close()
    assert [state for state, _, _ in await states(database)] == ["dead", "dead"]


async def test_redirects_are_not_followed(database: Database) -> None:
    clock = Clock()
    with receiving() as other, receiving(307, location=other.url) as receiver:
        await put(database, clock, receiver.url)
        box = outbox(database, clock, receiver.url)
        await box.step()
        await box.close()
    assert not other.received
    assert await states(database) == [("waiting", 1, "the receiver answered 307")]


async def test_nothing_is_sent_into_private_networks(database: Database) -> None:
    clock = Clock()
    with receiving() as receiver:
        await put(database, clock, receiver.url)
        box = outbox(database, clock, receiver.url, private=False)
        await box.step()
        await box.close()
    assert not receiver.received
    ((state, attempts, error),) = await states(database)
    assert (state, attempts) == ("waiting", 1)
    assert "MINGJIAN_WEBHOOK_ALLOW_PRIVATE" in (error or "")


async def test_a_receiver_that_is_not_there_is_a_failure(database: Database) -> None:
    clock = Clock()
    with receiving() as receiver:
        url = receiver.url
    await put(database, clock, url)
    box = outbox(database, clock, url)
    await box.step()
    await box.close()
    assert (await states(database))[0][:2] == ("waiting", 1)


async def test_one_address_that_fails_does_not_hold_up_another(database: Database) -> None:
    clock = Clock()
    with receiving(500) as bad, receiving() as good:
        await put(database, clock, bad.url, good.url)
        box = outbox(database, clock, bad.url, good.url)
        await box.step()
        await box.close()
    assert (len(bad.received), len(good.received)) == (1, 1)


async def test_what_was_taken_up_and_never_finished_comes_again(database: Database) -> None:
    clock = Clock()
    repository = EventRepository(database)
    await put(database, clock, "https://a.example/hook")
    (first,) = await repository.take(clock(), 10)
    assert await repository.take(clock(), 10) == []
    (again,) = await repository.take(clock() + LEASE, 10)
    assert (again.id, again.attempts) == (first.id, 2)


async def test_old_events_are_removed_once_nothing_waits(database: Database) -> None:
    clock = Clock()
    repository = EventRepository(database)
    await put(database, clock, "https://a.example/hook")
    await put(database, clock)
    assert await repository.purge(clock() + timedelta(seconds=1)) == 1
    (delivery,) = await repository.take(clock(), 10)
    await repository.delivered(delivery, clock())
    assert await repository.purge(clock() - KEPT) == 0
    assert await repository.purge(clock() + timedelta(seconds=1)) == 1
    async with database.read() as connection:
        assert (await connection.execute(select(events))).all() == []


async def test_it_works_by_itself_and_is_woken(database: Database) -> None:
    with receiving() as receiver:
        settings = Settings(
            webhook_urls=receiver.url, webhook_secret=SECRET, webhook_allow_private=True
        )
        box = Outbox.of(settings, database)
        box.start(every_s=60)
        await asyncio.sleep(0.05)
        clock = Clock()
        clock.now = datetime.now(UTC) - timedelta(seconds=1)
        await put(database, clock, *box.urls)
        box.wake()
        for _ in range(200):
            if receiver.received:
                break
            await asyncio.sleep(0.05)
        await box.close()
    assert len(receiver.received) == 1


async def test_addresses_need_a_secret(database: Database) -> None:
    with pytest.raises(InvalidInput, match="MINGJIAN_WEBHOOK_SECRET"):
        Outbox.of(Settings(webhook_urls="https://a.example/hook"), database)
    without: Any = Outbox.of(Settings(), database)
    await without.step()
    await without.close()
