"""The engine: a bounded queue of windows before one model.

There is no timer. While the model reads, new requests gather and join the round that is being read,
so that windows of one length find each other; the oldest window says which length is next.
A request nobody waits for any more gives no rows, a window that is on its way already is not read
twice. Rows that explain wait in a lane of their own, which gets at most one batch of a round:
explaining slows scoring down and never stops it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from models.batching import Batch, bucket_of, pad, together
from models.runtime import Backend, Outputs
from models.windows import TokenIds
from service.engine.admission import Admission, Gate
from service.engine.cache import ScoreCache, key_of
from service.engine.lane import Job, Lane, Row
from service.engine.pace import Pace
from service.errors import NotReady, Overloaded
from service.metrics.service import Metrics
from service.stages import Stages

# A round is a few batches, so that windows of one length find each other.
ROUND_BATCHES = 4

# The rows of a batch that were read; None in place of outputs where there were none.
_Reading = tuple[list[Row], Outputs | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much waits and how much is read at once.

    `queue_tokens` and `batch_tokens` are padded tokens; a request has `patience_s` seconds.
    `deduplicate`: a window that is on its way is read once for all who hold it.
    """

    queue_tokens: int
    batch_tokens: int
    patience_s: float
    deduplicate: bool = True


class Engine:
    """Runs windows of many requests through one backend, a worker thread for each of its lanes.

    `model` names release and precision in the keys of the cache, which may be shared.
    """

    def __init__(
        self,
        backend: Backend,
        pad_id: int,
        limits: Limits,
        metrics: Metrics,
        cache: ScoreCache | None = None,
        model: bytes = b"",
    ) -> None:
        self._backend = backend
        self._pad_id = pad_id
        self._limits = limits
        self._metrics = metrics
        self._cache = cache or ScoreCache(0)
        self._model = model
        self._scoring, self._explaining = Lane(), Lane()
        self._reading = 0
        self._round: list[Row] = []
        self._gathered = 0
        self._rows: set[Row] = set()
        self._on_the_way: dict[bytes, Row] = {}
        self.pace = Pace()
        self._gate = Gate(
            self, self.pace, queue_tokens=limits.queue_tokens, patience_s=limits.patience_s
        )
        # Set by what has arrived and by what has been read.
        self._stirred = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._closed = False
        self._threads = ThreadPoolExecutor(backend.lanes, thread_name_prefix="infer")
        self._loop: asyncio.Task[None] | None = None

    @property
    def waiting_tokens(self) -> int:
        """Padded tokens that wait in the lane of scoring or in the round."""
        return self._scoring.tokens + self._gathered

    @property
    def reading_tokens(self) -> int:
        """Padded tokens that wait in any lane or are being read."""
        return self._scoring.tokens + self._explaining.tokens + self._gathered + self._reading

    @property
    def queue(self) -> tuple[int, int]:
        """Padded tokens and rows that wait for the model."""
        lanes = (self._scoring, self._explaining)
        return (
            sum(lane.tokens for lane in lanes) + self._gathered,
            sum(lane.rows for lane in lanes) + len(self._round),
        )

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._loop = asyncio.create_task(self._work(), name="engine")

    async def close(self) -> None:
        """Stop; requests that are still waiting are cancelled."""
        self._closed = True
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        for row in self._rows:
            for job, _ in row.waiters:
                job.done.cancel()
        self._threads.shutdown()

    def admit(self, characters: int, *, explain: bool = False) -> Admission:
        """Let a request with so many characters in, before anything is done for it.

        Raises Overloaded when it could not be answered in time or too much waits.
        """
        if explain and self._explaining.tokens >= self._limits.queue_tokens:
            raise Overloaded(self.retry_after())
        return self._gate.admit(characters)

    def refusal(self) -> Overloaded | None:
        """Return the refusal that even the smallest request would get now."""
        return self._gate.refusal()

    def retry_after(self) -> int:
        """Return in how many whole seconds what waits now will be done."""
        return self._gate.retry_after()

    async def infer(
        self,
        windows: Sequence[TokenIds],
        stages: Stages,
        *,
        admission: Admission | None = None,
        explain: bool = False,
    ) -> Outputs:
        """Return logits and embeddings of windows; the time goes to the stages queue and infer.

        `admission` gives its reservation back. When the caller is cancelled, windows that nobody
        else waits for and that are not being read are dropped. Raises NotReady once it is closed.
        """
        if self._closed:
            raise NotReady("The service is stopping; send the request again to another one.")
        job = Job(len(windows), asyncio.get_running_loop().create_future(), time.perf_counter())
        self._enter(job, windows, self._explaining if explain else self._scoring)
        if admission is not None:
            admission.queued(sum(bucket_of(len(window)) for window in windows))
        try:
            await job.done
        except BaseException:
            self._leave(job)
            raise
        finally:
            end = time.perf_counter()
            begun = end if job.begun is None else job.begun
            stages.add("queue", begun - job.queued, begun)
            stages.add("infer", end - begun, end)
        assert job.outputs is not None
        return job.outputs

    def _enter(self, job: Job, windows: Sequence[TokenIds], lane: Lane) -> None:
        for place, window in enumerate(windows):
            key = key_of(self._model, window)
            known = self._cache.find(key) if self._cache.on else None
            if known is not None:
                job.put(place, known.logits, known.embedding)
                continue
            row = self._row(key, window, lane)
            row.waiters.append((job, place))
            job.rows.append(row)
            if not row.taken:
                job.waiting.append(row)
        if self._cache.on:
            self._metrics.looked_up(len(windows) - job.left, job.left)
        if job.waiting:
            lane.enter(job)
            self._stirred.set()
        else:
            # All of it is known or being read for others.
            job.begun = job.queued

    def _row(self, key: bytes, window: TokenIds, lane: Lane) -> Row:
        row = self._on_the_way.get(key)
        if row is not None:
            self._metrics.deduplicated.inc()
            return row
        row = Row(window, key, bucket_of(len(window)), lane)
        lane.add(row)
        self._rows.add(row)
        if self._limits.deduplicate:
            self._on_the_way[key] = row
        return row

    def _leave(self, job: Job) -> None:
        """Drop the rows that only this job waited for."""
        for row in job.rows:
            row.waiters = [waiter for waiter in row.waiters if waiter[0] is not job]
            if not row.waiters:
                row.dropped = True
                row.take()
                self._forget(row)

    def _forget(self, row: Row) -> None:
        self._rows.discard(row)
        if self._on_the_way.get(row.key) is row:
            del self._on_the_way[row.key]

    async def _work(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            while len(self._under_way) < self._wanted():
                self._gather()
                if not self._round:
                    break
                self._begin(self._choose())

    def _wanted(self) -> int:
        """Return how many batches are to be under way: one for each lane.

        One more lies ready, so that no lane waits for the event loop, where the round is so full
        that its batches would hardly grow by waiting.
        """
        full = 2 * self.waiting_tokens >= self._limits.batch_tokens
        return self._backend.lanes + full

    def _gather(self) -> None:
        """Take waiting rows into the round once there is room for a batch."""
        batch = self._limits.batch_tokens
        explaining = sum(row.tokens for row in self._round if row.lane is self._explaining)
        taken = [] if explaining else self._explaining.take(batch)
        reserved = ROUND_BATCHES - bool(explaining or taken)
        room = reserved * batch - (self._gathered - explaining)
        if room >= batch:
            taken += self._scoring.take(room)
        self._gathered += sum(row.tokens for row in taken)
        self._round += taken

    def _choose(self) -> list[Row]:
        """Take the rows out of the round that are as long as its first one."""
        length = self._round[0].tokens
        same = [row for row in self._round if row.tokens == length]
        most = together(max(1, self._limits.batch_tokens // length))
        count = together(min(len(same), most))
        chosen = set(same[:count])
        rest = [row for row in self._round if row not in chosen]
        if count < most:
            # What is left over goes to the end once, where more of its length may join it.
            rest.sort(key=lambda row: row.tokens == length)
        self._round = rest
        self._gathered -= count * length
        self._reading += count * length
        return same[:count]

    def _begin(self, rows: list[Row]) -> None:
        reading = asyncio.get_running_loop().run_in_executor(self._threads, self._read, rows)
        task = asyncio.create_task(self._answer(rows, reading))
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._stirred.set()

    def _read(self, rows: list[Row]) -> _Reading:
        """Read in a worker thread those rows of a batch that somebody waits for."""
        rows = [row for row in rows if not row.dropped]
        if not rows:
            return rows, None
        windows = [row.ids for row in rows]
        batch = Batch(rows[0].tokens, tuple(range(len(rows))))
        return rows, self._backend.infer(*pad(windows, batch, self._pad_id))

    async def _answer(self, planned: list[Row], reading: asyncio.Future[_Reading]) -> None:
        try:
            rows, outputs = await reading
        except Exception as error:  # noqa: BLE001  handed to every request it concerns
            for row in planned:
                self._forget(row)
                for job, _ in row.waiters:
                    job.fail(error)
        else:
            if outputs is not None:
                self._deliver(rows, outputs)
                self._metrics.read(len(rows), rows[0].tokens, sum(len(row.ids) for row in rows))
        self._reading -= sum(row.tokens for row in planned)

    def _deliver(self, rows: Sequence[Row], outputs: Outputs) -> None:
        for row, logits, embedding in zip(rows, outputs.logits, outputs.embedding, strict=True):
            self._forget(row)
            # What explaining asks for is seldom asked again.
            if self._cache.on and row.lane is self._scoring:
                self._cache.keep(row.key, logits, embedding)
            for job, place in row.waiters:
                job.put(place, logits, embedding)
