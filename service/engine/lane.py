"""Rows that wait for the model, and the order in which they are taken."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.runtime import Outputs
from models.windows import TokenIds

Vector = NDArray[np.float32]


@dataclass(eq=False, slots=True)
class Job:
    """The windows of one request.

    `rows` are those that are not known yet, `waiting` those of them that nobody has taken; `left`
    counts what has not been answered.
    """

    size: int
    done: asyncio.Future[None]
    queued: float
    rows: list[Row] = field(default_factory=list)
    waiting: deque[Row] = field(default_factory=deque)
    left: int = 0
    begun: float | None = None
    outputs: Outputs | None = None

    def __post_init__(self) -> None:
        self.left = self.size

    def put(self, place: int, logits: Vector, embedding: Vector) -> None:
        """Keep what is known of a window; done after the last one."""
        if self.outputs is None:
            self.outputs = Outputs(
                logits=np.empty((self.size, len(logits)), dtype=np.float32),
                embedding=np.empty((self.size, len(embedding)), dtype=np.float32),
            )
        self.outputs.logits[place] = logits
        self.outputs.embedding[place] = embedding
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, error: Exception) -> None:
        """Hand a fault of the model to who waits."""
        if not self.done.done():
            self.done.set_exception(error)


@dataclass(eq=False, slots=True)
class Row:
    """A window on its way, once for all jobs that hold it; `waiters` are (job, place in it).

    `taken`: out of its lane. `dropped`: nobody waits for it, and nobody will.
    """

    ids: TokenIds
    key: bytes
    tokens: int
    lane: Lane
    waiters: list[tuple[Job, int]] = field(default_factory=list)
    taken: bool = False
    dropped: bool = False

    def take(self) -> None:
        """Take the row out of its lane."""
        if not self.taken:
            self.taken = True
            self.lane.tokens -= self.tokens
            self.lane.rows -= 1


class Lane:
    """Jobs in the order they came; `tokens` are the padded tokens of the `rows` that wait.

    Half of what is taken belongs to the oldest jobs, so that a large request gets done however many
    small ones come; the other half goes round, one row from each job in turn, so that a small one
    never waits for a large one.
    """

    def __init__(self) -> None:
        self.tokens = 0
        self.rows = 0
        self._oldest: deque[Job] = deque()
        self._turns: deque[Job] = deque()

    def add(self, row: Row) -> None:
        """Count a new row."""
        self.tokens += row.tokens
        self.rows += 1

    def enter(self, job: Job) -> None:
        """Let a job take part with the rows it waits for."""
        self._oldest.append(job)
        self._turns.append(job)

    def take(self, room: int) -> list[Row]:
        """Take rows until `room` padded tokens are used."""
        taken: list[Row] = []
        for rows, kept in ((self._in_order(), room - room // 2), (self._in_turn(), 0)):
            while room > kept and (row := next(rows, None)) is not None:
                taken.append(row)
                room -= row.tokens
        return taken

    def _in_order(self) -> Iterator[Row]:
        while self._oldest:
            row = _next_of(self._oldest[0])
            if row is None:
                self._oldest.popleft()
            else:
                yield row

    def _in_turn(self) -> Iterator[Row]:
        while self._turns:
            job = self._turns.popleft()
            row = _next_of(job)
            if row is not None:
                self._turns.append(job)
                yield row


def _next_of(job: Job) -> Row | None:
    """Return the next row of a job that nobody has taken, taken out of its lane."""
    while job.waiting and not job.done.done():
        row = job.waiting.popleft()
        if not row.taken:
            row.take()
            now = time.perf_counter()
            for waiter, _ in row.waiters:
                waiter.begun = now if waiter.begun is None else waiter.begun
            return row
    return None
