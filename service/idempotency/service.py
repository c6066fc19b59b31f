"""Working on a request once, however often it is sent with the same Idempotency-Key.

An endpoint that creates something takes the header and hands its work over:

    @router.post("/score", responses=problems(..., *IDEMPOTENCY_PROBLEMS))
    async def score(
        request: Request, state: StateDep, caller: ScoreCaller, key: IdempotencyKey = None
    ) -> Response:
        body = await read_body(request)
        work = state.domains.idempotency.once(request, caller, key, body, lambda: answer(body))
        return await answer_in_time(request, work, state.settings.deadline_s)

where `answer(body)` is a coroutine that returns the Response or raises a refusal. `once` stands
*inside* answer_in_time: a caller that closes the connection stops waiting, while the work that it
has named goes on, so that its next attempt gets the answer instead of a second decision.

Without the header the work is simply done. Only answers below 400 are remembered: what was refused
has changed nothing, and may be sent again with the same key.
"""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Annotated

import structlog
from fastapi import Header, Request, Response

from service.catalogue import idempotency as texts
from service.errors import InvalidRequest
from service.idempotency.errors import ALTERED, IdempotencyConflict, IdempotencyInProgress
from service.idempotency.repository import IdempotencyRepository, Place, Remembered
from service.idempotency.sealing import Seal, SealBroken
from service.key.access import Caller
from service.store.errors import StoreError

log = structlog.get_logger("service.idempotency")

IDEMPOTENCY_PROBLEMS = (IdempotencyConflict, IdempotencyInProgress, InvalidRequest)
KEY_HEADER = "Idempotency-Key"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=KEY_HEADER,
        min_length=1,
        max_length=128,
        pattern=r"^[\x20-\x7e]+$",
        description=texts.HEADER,
    ),
]
REPLAY_HEADER = "Idempotent-Replay"
MOST_BYTES_AN_ANSWER = 4 << 20
MOST_BYTES = 256 << 20
PURGE_EVERY_S = 300


class Idempotency:
    """Remembers answers for `keep`; a claim without an answer is void after `lease`.

    `secret` is known to all services on the same database, and is not in it.
    """

    def __init__(
        self,
        repository: IdempotencyRepository,
        *,
        keep: timedelta,
        lease: timedelta,
        secret: bytes = b"",
    ) -> None:
        self.repository = repository
        self.keep = keep
        self.lease = lease
        self._seal = Seal(secret)
        self._turns: dict[Place, tuple[asyncio.Lock, int]] = {}
        self._working: set[asyncio.Task[Response]] = set()
        self._purging: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to drop expired answers; needs a running event loop."""
        self._purging = asyncio.create_task(self._purge(), name="purge idempotent answers")

    async def close(self) -> None:
        """Finish the work that was begun, and stop."""
        if self._purging is not None:
            self._purging.cancel()
            await asyncio.gather(self._purging, return_exceptions=True)
        await asyncio.gather(*self._working, return_exceptions=True)

    async def once(
        self,
        request: Request,
        caller: Caller,
        key: str | None,
        body: bytes,
        work: Callable[[], Awaitable[Response]],
    ) -> Response:
        """Return the answer of `work`, or the one it gave before to this caller, key and request.

        Raises IdempotencyConflict when the key was used for another request, and
        IdempotencyInProgress when another process is at work; what `work` raises passes through.
        """
        if key is None:
            return await work()
        place = Place(caller.key_id or "", key)
        task = asyncio.create_task(self._once(place, _whole(request, body), work))
        self._working.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Response]) -> None:
        self._working.discard(task)
        # Looked at here, since the caller that would have seen it may be gone.
        if not task.cancelled():
            task.exception()

    async def _once(
        self, place: Place, request: bytes, work: Callable[[], Awaitable[Response]]
    ) -> Response:
        async with self._turn(place):
            nonce = secrets.token_bytes(16)
            known = await self.repository.claim(
                place, nonce, self._seal.hash_request(nonce, request), datetime.now(UTC), self.lease
            )
            if known is not None:
                return self._repeat(known, request)
            try:
                response = await work()
            except BaseException:
                await self._release(place, nonce)
                raise
            await self._remember(place, nonce, request, response)
            return response

    def _repeat(self, known: Remembered, request: bytes) -> Response:
        if not compare_digest(known.request_hash, self._seal.hash_request(known.nonce, request)):
            raise IdempotencyConflict
        if known.status is None or known.answer is None:
            left = known.claimed_at + self.lease - datetime.now(UTC)
            raise IdempotencyInProgress(max(1, min(10, math.ceil(left.total_seconds()))))
        about = _about(known.status, known.media_type or "")
        try:
            answer = self._seal.unseal(known.nonce, request, known.answer, about)
        except SealBroken:
            raise IdempotencyConflict(ALTERED) from None
        return Response(
            answer,
            known.status,
            {REPLAY_HEADER: "true"},
            media_type=known.media_type,
        )

    async def _remember(
        self, place: Place, nonce: bytes, request: bytes, response: Response
    ) -> None:
        media_type = response.headers.get("content-type", "")
        about = _about(response.status_code, media_type)
        sealed = self._seal.seal(nonce, request, bytes(response.body), about)
        if response.status_code >= 400 or len(sealed) > MOST_BYTES_AN_ANSWER:
            await self._release(place, nonce)
            return
        try:
            await self.repository.fill(
                place,
                nonce,
                status=response.status_code,
                media_type=media_type,
                answer=sealed,
                expires_at=datetime.now(UTC) + self.keep,
            )
        except StoreError:
            # The work is done and its answer is worth more than its memory.
            log.exception("answer not remembered")

    async def _release(self, place: Place, nonce: bytes) -> None:
        try:
            await self.repository.release(place, nonce)
        except StoreError:
            log.exception("claim not released", void_after_s=self.lease.total_seconds())

    @asynccontextmanager
    async def _turn(self, place: Place) -> AsyncIterator[None]:
        """Let the requests of one place work one after the other within this process."""
        lock, users = self._turns.get(place, (asyncio.Lock(), 0))
        self._turns[place] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._turns.pop(place)
            if users > 1:
                self._turns[place] = (lock, users - 1)

    async def _purge(self) -> None:
        while True:
            try:
                dropped = await self.repository.purge(datetime.now(UTC), MOST_BYTES)
                log.debug("answers dropped", answers=dropped)
            except StoreError:
                log.exception("answers not dropped", again_after_s=PURGE_EVERY_S)
            await asyncio.sleep(PURGE_EVERY_S)


def _about(status: int, media_type: str) -> bytes:
    return f"{status} {media_type}".encode()


def _whole(request: Request, body: bytes) -> bytes:
    """Return the request as one string of bytes: method, address and body."""
    query: bytes = request.scope.get("query_string", b"")
    head = b"%s %s?%s\n" % (request.method.encode(), request.url.path.encode(), query)
    return head + body
