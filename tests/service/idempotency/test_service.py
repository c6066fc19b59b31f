"""A named request is worked on once, in one process and across two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Request, Response

from models.errors import InvalidInput
from service.idempotency import service
from service.idempotency.errors import IdempotencyConflict, IdempotencyInProgress
from service.idempotency.repository import IdempotencyRepository, Place
from service.idempotency.service import REPLAY_HEADER, Idempotency
from service.key.caller import OPEN, Caller
from service.store.database import Database

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
BODY = b'{"text":"x"}'
OTHER = Caller("0" * 26, OPEN.scopes)


def request(path: str = "/score", query: bytes = b"") -> Request:
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": query,
            "headers": [(b"host", b"x")],
        }
    )


class Work:
    """Counts how often it is done; answers differ each time."""

    def __init__(self, status: int = 200, wait: float = 0) -> None:
        self.status = status
        self.wait = wait
        self.times = 0

    async def __call__(self) -> Response:
        self.times += 1
        number = self.times
        await asyncio.sleep(self.wait)
        return Response(f'{{"n": {number}}}', self.status, media_type="application/json")


def make(database: Database, keep: timedelta = HOUR, lease: timedelta = HOUR) -> Idempotency:
    return Idempotency(IdempotencyRepository(database), keep=keep, lease=lease)


@pytest.fixture
async def idempotency(database: Database) -> AsyncIterator[Idempotency]:
    found = make(database)
    yield found
    await found.close()


async def ask(
    idempotency: Idempotency,
    work: Callable[[], Awaitable[Response]],
    *,
    key: str | None = "a",
    body: bytes = BODY,
    caller: Caller = OPEN,
    path: str = "/score",
    query: bytes = b"",
) -> Response:
    return await idempotency.once(request(path, query), caller, key, body, work)


async def test_the_answer_is_repeated_byte_for_byte(idempotency: Idempotency) -> None:
    work = Work(201)
    first, second = await ask(idempotency, work), await ask(idempotency, work)
    assert work.times == 1
    assert (first.status_code, bytes(first.body)) == (second.status_code, bytes(second.body))
    assert first.headers["content-type"] == second.headers["content-type"]
    assert REPLAY_HEADER not in first.headers
    assert second.headers[REPLAY_HEADER] == "true"


async def test_without_a_key_nothing_is_remembered(idempotency: Idempotency) -> None:
    work = Work()
    await ask(idempotency, work, key=None)
    await ask(idempotency, work, key=None)
    assert work.times == 2


@pytest.mark.parametrize(
    "other",
    [
        {"body": b"{}"},
        {"path": "/feedback"},
        {"query": b"a=1"},
    ],
)
async def test_another_request_with_the_same_key_is_refused(
    idempotency: Idempotency, other: dict[str, object]
) -> None:
    work = Work()
    await ask(idempotency, work)
    with pytest.raises(IdempotencyConflict):
        await ask(idempotency, work, **other)  # type: ignore[arg-type]
    assert work.times == 1


async def test_keys_of_different_callers_do_not_meet(idempotency: Idempotency) -> None:
    work = Work()
    await ask(idempotency, work)
    await ask(idempotency, work, caller=OTHER)
    await ask(idempotency, work, key="b")
    assert work.times == 3


async def test_requests_at_once_share_one_answer(idempotency: Idempotency) -> None:
    work = Work(wait=0.05)
    answers = await asyncio.gather(*(ask(idempotency, work) for _ in range(20)))
    assert work.times == 1
    assert {bytes(answer.body) for answer in answers} == {b'{"n": 1}'}
    assert sum(REPLAY_HEADER in answer.headers for answer in answers) == 19
    assert not idempotency._turns


async def test_a_refusal_is_not_remembered(idempotency: Idempotency) -> None:
    async def refuse() -> Response:
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        await ask(idempotency, refuse)
    assert (await ask(idempotency, Work(422), body=b"1")).status_code == 422
    assert (await ask(idempotency, Work(), body=b"2")).status_code == 200


async def test_work_goes_on_when_its_caller_is_gone(idempotency: Idempotency) -> None:
    work = Work(wait=0.1)
    gone = asyncio.create_task(ask(idempotency, work))
    await asyncio.sleep(0.05)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    again = await ask(idempotency, work)
    assert work.times == 1
    assert again.headers[REPLAY_HEADER] == "true"


async def test_a_refusal_that_nobody_waits_for_is_no_noise(idempotency: Idempotency) -> None:
    async def refuse() -> Response:
        await asyncio.sleep(0.05)
        raise InvalidInput("no")

    gone = asyncio.create_task(ask(idempotency, refuse))
    await asyncio.sleep(0.02)
    gone.cancel()
    await idempotency.close()


async def test_another_process_is_told_to_wait_and_then_gets_the_answer(
    idempotency: Idempotency, database_url: str
) -> None:
    other = await Database.open(database_url)
    try:
        neighbour, work = make(other), Work(wait=0.3)
        first = asyncio.create_task(ask(idempotency, work))
        await asyncio.sleep(0.15)
        with pytest.raises(IdempotencyInProgress) as caught:
            await ask(neighbour, work)
        assert caught.value.retry_after >= 1
        with pytest.raises(IdempotencyConflict):
            await ask(neighbour, work, body=b"{}")
        await first
        assert (await ask(neighbour, work)).headers[REPLAY_HEADER] == "true"
        assert work.times == 1
    finally:
        await other.close()


async def test_processes_that_claim_at_once_work_once(
    idempotency: Idempotency, database_url: str
) -> None:
    other = await Database.open(database_url)
    try:
        both = [idempotency, make(other)]
        for number in range(10):
            work = Work(wait=0.05)
            found = await asyncio.gather(
                *(ask(one, work, key=str(number)) for one in both), return_exceptions=True
            )
            assert work.times == 1
            assert sum(isinstance(one, IdempotencyInProgress) for one in found) == 1
    finally:
        await other.close()


async def test_the_claim_of_a_process_that_ended_is_void_after_its_lease(
    database: Database,
) -> None:
    short = make(database, lease=timedelta(seconds=2))
    claimed = await short.repository.claim(
        Place("", "a"), bytes(16), bytes(32), datetime.now(UTC), short.lease
    )
    assert claimed is None
    with pytest.raises(IdempotencyConflict):
        await ask(short, Work())
    await asyncio.sleep(2.1)
    assert (await ask(short, Work())).status_code == 200


async def test_an_expired_answer_is_forgotten(database: Database) -> None:
    short, work = make(database, keep=timedelta(seconds=0.1)), Work()
    await ask(short, work)
    await asyncio.sleep(0.15)
    await ask(short, work, body=b"{}")
    assert work.times == 2


async def test_purging_drops_what_expired_and_the_oldest_over_the_bound(
    idempotency: Idempotency,
) -> None:
    for number in range(6):
        await ask(idempotency, Work(), key=str(number))
    repository, now = idempotency.repository, datetime.now(UTC)
    assert await repository.purge(now, 10**6) == 0
    size = 50  # a little less than each sealed answer, so that three fit into four
    assert 2 <= await repository.purge(now, 4 * size) <= 4
    work = Work()
    await ask(idempotency, work, key="5")
    assert work.times == 0
    await ask(idempotency, work, key="0")
    assert work.times == 1
    assert await repository.purge(now + 2 * HOUR, 10**6) >= 3


async def test_an_answer_that_is_too_large_is_not_remembered(
    idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_BYTES_AN_ANSWER", 5)
    work = Work()
    await ask(idempotency, work)
    await ask(idempotency, work)
    assert work.times == 2
