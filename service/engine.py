"""The engine: a bounded queue of windows before one model.

There is no timer. While the model reads, new requests gather; what has gathered is the next round.
Waiting requests give their windows in turn, so that a long request never blocks a short one, and a
request nobody waits for any more gives none.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.batching import Batch, bucket_of, pad, plan_batches
from models.runtime import Backend
from models.windows import TokenIds
from service.errors import Overloaded
from service.metrics.service import Metrics
from service.stages import Stages

Logits = NDArray[np.float32]

# A round is a few batches, so that windows of one length find each other.
ROUND_BATCHES = 4
LONGEST_RETRY_S = 60
# Padded tokens a second assumed before the first round has been timed.
FIRST_GUESS = 10_000.0


@dataclass(eq=False)
class _Job:
    """The windows of one request: `waiting` are rows not yet read, `left` rows not yet answered."""

    windows: Sequence[TokenIds]
    waiting: deque[int]
    left: int
    done: asyncio.Future[None]
    rows: list[Logits | None]
    queued: float
    begun: float | None = None


_Row = tuple[_Job, int]


class Engine:
    """Runs windows of many requests through one backend in one worker thread."""

    def __init__(
        self, backend: Backend, pad_id: int, queue_tokens: int, batch_tokens: int, metrics: Metrics
    ) -> None:
        self._backend = backend
        self._pad_id = pad_id
        self._queue_tokens = queue_tokens
        self._batch_tokens = batch_tokens
        self._metrics = metrics
        self._jobs: deque[_Job] = deque()
        self._tokens = 0
        self._tokens_per_second = FIRST_GUESS
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="infer")
        self._loop: asyncio.Task[None] | None = None
        metrics.watch_queue(lambda: self._tokens)

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._loop = asyncio.create_task(self._work(), name="engine")

    async def close(self) -> None:
        """Stop; requests that are still waiting are cancelled."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        for job in self._jobs:
            job.done.cancel()
        self._thread.shutdown()

    def check_room(self, tokens: int = 0) -> None:
        """Raise Overloaded when `tokens` more cannot wait; an empty queue takes anything."""
        if self._tokens and self._tokens + tokens >= self._queue_tokens:
            seconds = self._tokens / self._tokens_per_second
            raise Overloaded(retry_after=min(LONGEST_RETRY_S, max(1, round(seconds))))

    async def infer(self, windows: Sequence[TokenIds], stages: Stages) -> Logits:
        """Return logits [windows, labels]; the time goes to the stages queue and infer.

        Raises Overloaded when the queue is full. When the caller is cancelled, windows that have
        not been read yet are dropped.
        """
        tokens = sum(bucket_of(len(window)) for window in windows)
        self.check_room(tokens)
        job = _Job(
            windows=windows,
            waiting=deque(range(len(windows))),
            left=len(windows),
            done=asyncio.get_running_loop().create_future(),
            rows=[None] * len(windows),
            queued=time.perf_counter(),
        )
        self._tokens += tokens
        self._jobs.append(job)
        self._arrived.set()
        try:
            await job.done
        finally:
            self._tokens -= sum(bucket_of(len(windows[row])) for row in job.waiting)
            job.waiting.clear()
            end = time.perf_counter()
            begun = end if job.begun is None else job.begun
            stages.add("queue", begun - job.queued)
            stages.add("infer", end - begun)
        return np.stack([row for row in job.rows if row is not None])

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            gathered = self._gather()
            if gathered:
                await self._round(gathered)
            else:
                self._arrived.clear()

    def _gather(self) -> list[_Row]:
        """Take a round of windows, one from each waiting request in turn."""
        room = ROUND_BATCHES * self._batch_tokens
        gathered: list[_Row] = []
        while self._jobs and room > 0:
            job = self._jobs.popleft()
            if job.done.done():
                continue
            if job.begun is None:
                job.begun = time.perf_counter()
            row = job.waiting.popleft()
            gathered.append((job, row))
            tokens = bucket_of(len(job.windows[row]))
            room -= tokens
            self._tokens -= tokens
            if job.waiting:
                self._jobs.append(job)
        return gathered

    async def _round(self, gathered: list[_Row]) -> None:
        windows = [job.windows[row] for job, row in gathered]
        batches = plan_batches([len(window) for window in windows], self._batch_tokens)
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for batch in batches:
            members = [gathered[row] for row in batch.rows]
            try:
                logits = await loop.run_in_executor(self._thread, self._read, windows, batch)
            except Exception as error:  # noqa: BLE001  handed to every request it concerns
                _fail(members, error)
            else:
                _deliver(members, logits)
                self._metrics.batch_rows.observe(len(batch.rows))
        seconds = time.perf_counter() - start
        tokens = sum(batch.length * len(batch.rows) for batch in batches)
        self._tokens_per_second += 0.2 * (tokens / seconds - self._tokens_per_second)

    def _read(self, windows: Sequence[TokenIds], batch: Batch) -> Logits:
        return self._backend.infer(*pad(windows, batch, self._pad_id)).logits


def _deliver(members: Sequence[_Row], logits: Logits) -> None:
    for (job, row), answer in zip(members, logits, strict=True):
        job.rows[row] = answer
        job.left -= 1
        if job.left == 0 and not job.done.done():
            job.done.set_result(None)


def _fail(members: Sequence[_Row], error: Exception) -> None:
    for job, _row in members:
        if not job.done.done():
            job.done.set_exception(error)
