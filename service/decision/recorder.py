"""Group commit: many requests share one transaction, and none is answered before it is durable.

While one transaction is being committed, decisions gather; what has gathered is the next
transaction. Where several requests have come together, the next one begins PACE_S after the last
at the earliest: a transaction costs as much as ten decisions, and more than a hundred a second
would take from the model what it needs. A request that comes alone never waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.errors import MingjianError
from service.decision.record import NewDecision
from service.store.errors import StoreError

log = structlog.get_logger("service.decision")

# Decisions in one transaction, and those that may wait for theirs: some seconds of full load.
MOST_TOGETHER = 1_000
MOST_WAITING = 20_000
PACE_S = 0.008

Write = Callable[[Sequence[NewDecision]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class _Waiting:
    decisions: Sequence[NewDecision]
    stored: asyncio.Future[None]


class Recorder:
    """Stores decisions through one writing task.

    `write` stores decisions in one transaction, such as `DecisionRepository.add`.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[_Waiting] = deque()
        self._count = 0
        self._arrived = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._task = asyncio.create_task(self._work(), name="recorder")

    async def close(self) -> None:
        """Store everything that waits, then stop."""
        self._closing = True
        self._arrived.set()
        if self._task is not None:
            await self._task

    async def record(self, decisions: Sequence[NewDecision]) -> None:
        """Store decisions, all or none; they are durable when this returns.

        Raises StoreError when they could not be stored, when too many wait, or when the service is
        stopping. A caller that is cancelled before its turn leaves nothing behind.
        """
        if not decisions:
            return
        if self._closing or self._task is None:
            raise StoreError("The service is stopping; send the request again to another one.")
        if self._count and self._count + len(decisions) > MOST_WAITING:
            raise StoreError(
                f"{self._count:,} decisions wait to be stored: the database does not keep up. "
                "Try again in a moment."
            )
        waiting = _Waiting(decisions, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._count += len(decisions)
        self._arrived.set()
        await waiting.stored

    async def _work(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._waiting or not self._closing:
            await self._arrived.wait()
            group = self._gather()
            if group:
                begun = clock()
                await self._store(group)
                if len(group) > 1 and not self._closing:
                    await asyncio.sleep(PACE_S - (clock() - begun))
            elif not self._closing:
                self._arrived.clear()

    def _gather(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        room = MOST_TOGETHER
        while self._waiting and room > 0:
            waiting = self._waiting.popleft()
            self._count -= len(waiting.decisions)
            if not waiting.stored.done():
                group.append(waiting)
                room -= len(waiting.decisions)
        return group

    async def _store(self, group: Sequence[_Waiting]) -> None:
        try:
            await self._write([decision for waiting in group for decision in waiting.decisions])
        except MingjianError as error:
            log.error("decisions not stored", code=error.code, requests=len(group))  # noqa: TRY400
            _tell(group, error)
        except SQLAlchemyError as error:
            await self._apart(group, error)
        except Exception as error:  # handed to every request it concerns
            log.exception("decisions not stored", requests=len(group))
            _tell(group, error)
        else:
            _tell(group, None)

    async def _apart(self, group: Sequence[_Waiting], error: SQLAlchemyError) -> None:
        """Store requests one by one after a statement failed, so that one fails alone."""
        if len(group) == 1:
            log.error("decision not stored", exc_info=error)
            _tell(group, error)
            return
        for waiting in group:
            await self._store([waiting])


def _tell(group: Sequence[_Waiting], error: Exception | None) -> None:
    for waiting in group:
        if waiting.stored.done():
            continue
        if error is None:
            waiting.stored.set_result(None)
        else:
            waiting.stored.set_exception(error)
