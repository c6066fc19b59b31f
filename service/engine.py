"""The engine: a bounded queue of windows before one model.

There is no timer. While the model reads, new requests gather; what has gathered is the next round.
Waiting requests give their windows in turn, so that a long request never blocks a short one, and a
request nobody waits for any more gives none. Rows that explain wait in a lane of their own, which
gets at most one batch of a round: explaining slows scoring down and never stops it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.batching import Batch, bucket_of, pad, plan_batches
from models.runtime import Backend, Outputs
from models.windows import TokenIds
from service.errors import Overloaded
from service.metrics.service import Metrics
from service.stages import Stages

Vector = NDArray[np.float32]

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
    queued: float
    begun: float | None = None
    outputs: Outputs | None = None

    def put(self, row: int, logits: Vector, embedding: Vector) -> None:
        """Keep what was read of a row; done after the last one."""
        if self.outputs is None:
            rows = len(self.windows)
            self.outputs = Outputs(
                logits=np.empty((rows, len(logits)), dtype=np.float32),
                embedding=np.empty((rows, len(embedding)), dtype=np.float32),
            )
        self.outputs.logits[row] = logits
        self.outputs.embedding[row] = embedding
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)


@dataclass(eq=False)
class _Lane:
    """Jobs that wait in turn, and the padded tokens of their rows."""

    jobs: deque[_Job] = field(default_factory=deque)
    tokens: int = 0

    def take(self, room: int) -> list[_Row]:
        """Take rows, one from each waiting job in turn, until `room` padded tokens are used."""
        taken: list[_Row] = []
        while self.jobs and room > 0:
            job = self.jobs.popleft()
            if job.done.done():
                continue
            if job.begun is None:
                job.begun = time.perf_counter()
            row = job.waiting.popleft()
            taken.append((job, row))
            tokens = bucket_of(len(job.windows[row]))
            room -= tokens
            self.tokens -= tokens
            if job.waiting:
                self.jobs.append(job)
        return taken


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
        self._scoring = _Lane()
        self._explaining = _Lane()
        self._tokens_per_second = FIRST_GUESS
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="infer")
        self._loop: asyncio.Task[None] | None = None
        metrics.watch_queue(lambda: self.waiting_tokens)

    @property
    def waiting_tokens(self) -> int:
        """Padded tokens that wait for the model."""
        return self._scoring.tokens + self._explaining.tokens

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._loop = asyncio.create_task(self._work(), name="engine")

    async def close(self) -> None:
        """Stop; requests that are still waiting are cancelled."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        for lane in (self._scoring, self._explaining):
            for job in lane.jobs:
                job.done.cancel()
        self._thread.shutdown()

    def check_room(self, tokens: int = 0, *, explain: bool = False) -> None:
        """Raise Overloaded when `tokens` more cannot wait; an empty queue takes anything."""
        waiting = self._explaining.tokens if explain else self._scoring.tokens
        if waiting and waiting + tokens >= self._queue_tokens:
            seconds = self.waiting_tokens / self._tokens_per_second
            raise Overloaded(retry_after=min(LONGEST_RETRY_S, max(1, round(seconds))))

    async def infer(
        self, windows: Sequence[TokenIds], stages: Stages, *, explain: bool = False
    ) -> Outputs:
        """Return logits and embeddings of windows; the time goes to the stages queue and infer.

        Raises Overloaded when the queue is full. Rows that `explain` are never refused here: ask
        `check_room` before their posts are scored. When the caller is cancelled, windows that have
        not been read yet are dropped.
        """
        tokens = sum(bucket_of(len(window)) for window in windows)
        if not explain:
            self.check_room(tokens)
        lane = self._explaining if explain else self._scoring
        job = _Job(
            windows=windows,
            waiting=deque(range(len(windows))),
            left=len(windows),
            done=asyncio.get_running_loop().create_future(),
            queued=time.perf_counter(),
        )
        lane.tokens += tokens
        lane.jobs.append(job)
        self._arrived.set()
        try:
            await job.done
        finally:
            lane.tokens -= sum(bucket_of(len(windows[row])) for row in job.waiting)
            job.waiting.clear()
            end = time.perf_counter()
            begun = end if job.begun is None else job.begun
            stages.add("queue", begun - job.queued)
            stages.add("infer", end - begun)
        assert job.outputs is not None
        return job.outputs

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            gathered = self._gather()
            if gathered:
                await self._round(gathered)
            else:
                self._arrived.clear()

    def _gather(self) -> list[_Row]:
        explaining = self._explaining.take(self._batch_tokens)
        batches = ROUND_BATCHES - bool(explaining)
        return self._scoring.take(batches * self._batch_tokens) + explaining

    async def _round(self, gathered: list[_Row]) -> None:
        windows = [job.windows[row] for job, row in gathered]
        batches = plan_batches([len(window) for window in windows], self._batch_tokens)
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for batch in batches:
            members = [gathered[row] for row in batch.rows]
            try:
                outputs = await loop.run_in_executor(self._thread, self._read, windows, batch)
            except Exception as error:  # noqa: BLE001  handed to every request it concerns
                _fail(members, error)
            else:
                _deliver(members, outputs)
                self._metrics.batch_rows.observe(len(batch.rows))
        seconds = time.perf_counter() - start
        tokens = sum(batch.length * len(batch.rows) for batch in batches)
        self._tokens_per_second += 0.2 * (tokens / seconds - self._tokens_per_second)

    def _read(self, windows: Sequence[TokenIds], batch: Batch) -> Outputs:
        return self._backend.infer(*pad(windows, batch, self._pad_id))


def _deliver(members: Sequence[_Row], outputs: Outputs) -> None:
    rows = zip(members, outputs.logits, outputs.embedding, strict=True)
    for (job, row), logits, embedding in rows:
        job.put(row, logits, embedding)


def _fail(members: Sequence[_Row], error: Exception) -> None:
    for job, _row in members:
        if not job.done.done():
            job.done.set_exception(error)
