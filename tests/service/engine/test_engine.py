"""The engine: what gathers is the next round, long requests yield, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from models.runtime import Outputs
from service.engine import Engine, Limits, ScoreCache
from service.errors import NotReady, Overloaded
from service.metrics.service import Metrics
from service.stages import Stages

WITHIN_S = 60


class Echo:
    """A backend that answers with the first token of each row, when it is let go."""

    name = "echo"
    precision = "f32"
    lanes = 1

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.batches: list[list[int]] = []
        self.fault: Exception | None = None

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        assert input_ids.shape == attention_mask.shape
        assert self.go.wait(WITHIN_S)
        self.batches.append(input_ids[:, 0].tolist())
        if self.fault:
            raise self.fault
        first = input_ids[:, :1].astype(np.float32)
        return Outputs(logits=first, embedding=-first)


def windows(*firsts: int, length: int = 8) -> list[tuple[int, ...]]:
    return [(first, *range(1, length)) for first in firsts]


@asynccontextmanager
async def engine(
    backend: Echo,
    queue: int = 10_000,
    batch: int = 512,
    cache: ScoreCache | None = None,
    *,
    deduplicate: bool = True,
) -> AsyncIterator[Engine]:
    limits = Limits(queue, batch, patience_s=1000.0, deduplicate=deduplicate)
    engine = Engine(backend, 0, limits, Metrics(), cache)
    engine.start()
    try:
        async with asyncio.timeout(WITHIN_S):
            yield engine
    finally:
        backend.go.set()
        await engine.close()


async def submit(
    engine: Engine, rows: list[tuple[int, ...]], *, explain: bool = False
) -> asyncio.Task:
    task = asyncio.create_task(engine.infer(rows, Stages(), explain=explain))
    await asyncio.sleep(0.02)
    return task


def test_rows_come_back_in_order_whatever_their_length() -> None:
    async def run() -> None:
        async with engine(Echo()) as busy:
            rows = [(number, *range(number % 90)) for number in range(1, 200)]
            outputs = await busy.infer(rows, Stages())
            assert outputs.logits[:, 0].tolist() == list(range(1, 200))
            assert outputs.embedding[:, 0].tolist() == list(range(-1, -200, -1))

    asyncio.run(run())


def test_what_gathers_while_the_backend_works_is_the_next_batch() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend) as busy:
            tasks = [await submit(busy, windows(number)) for number in range(1, 6)]
            backend.go.set()
            answers = [float((await task).logits[0, 0]) for task in tasks]
        assert answers == [1, 2, 3, 4, 5]
        assert backend.batches == [[1], [2, 3, 4, 5]]

    asyncio.run(run())


def test_batches_are_capped_by_padded_tokens() -> None:
    async def run() -> None:
        backend = Echo()
        async with engine(backend, batch=512) as busy:
            await busy.infer(windows(*range(1, 101), length=40), Stages())
        assert max(map(len, backend.batches)) == 512 // 40
        assert sum(map(len, backend.batches)) == 100

    asyncio.run(run())


def test_a_short_request_does_not_wait_for_a_long_one() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend, queue=10**6) as busy:
            long = await submit(busy, windows(*range(1, 2001)))
            short = await submit(busy, windows(9999))
            backend.go.set()
            assert (await short).logits[0, 0] == 9999
            assert not long.done()
            assert len((await long).logits) == 2000

    asyncio.run(run())


def test_rows_that_explain_get_one_batch_of_a_round() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend, queue=10**6) as busy:
            await submit(busy, windows(1))
            explaining = await submit(busy, windows(*range(1000, 1200)), explain=True)
            scoring = await submit(busy, windows(*range(2000, 2300)))
            backend.go.set()
            await scoring
            assert not explaining.done()
            assert len((await explaining).logits) == 200
        before = [row for batch in backend.batches for row in batch]
        before = before[: before.index(2299)]
        assert 64 <= sum(1000 <= row < 1200 for row in before) <= 64 * 2

    asyncio.run(run())


def test_a_full_lane_of_explanations_refuses_no_plain_request() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend, queue=1024) as busy:
            await submit(busy, windows(*range(1, 301)), explain=True)
            with pytest.raises(Overloaded):
                busy.admit(8, explain=True)
            with busy.admit(8) as admission:
                plain = asyncio.create_task(busy.infer(windows(7), Stages(), admission=admission))
                await asyncio.sleep(0.02)
                backend.go.set()
                assert (await plain).logits[0, 0] == 7

    asyncio.run(run())


def test_a_full_queue_refuses_and_says_when_to_come_back() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend, queue=1024) as busy:
            await submit(busy, windows(1))
            too_big_for_any_queue = await submit(busy, windows(*range(1, 301)))
            with pytest.raises(Overloaded) as caught:
                busy.admit(8)
            assert 1 <= caught.value.retry_after <= 60
            backend.go.set()
            assert len((await too_big_for_any_queue).logits) == 300
            with busy.admit(8) as admission:
                outputs = await busy.infer(windows(7), Stages(), admission=admission)
            assert outputs.logits[0, 0] == 7

    asyncio.run(run())


def test_what_nobody_waits_for_is_dropped() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend, queue=10_000) as busy:
            first = await submit(busy, windows(1))
            left = await submit(busy, windows(2))
            stays = await submit(busy, windows(3))
            left.cancel()
            await asyncio.gather(left, return_exceptions=True)
            assert busy.queue == (8, 1)
            backend.go.set()
            await asyncio.gather(first, stays)
            assert busy.queue == (0, 0)
        assert backend.batches == [[1], [3]]

    asyncio.run(run())


def test_a_batch_that_lies_ready_is_not_read_for_nobody() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend) as busy:
            # One round of two batches: the second is planned while the first is read.
            task = await submit(busy, [*windows(1), *windows(2, length=40)])
            other = await submit(busy, windows(3))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            backend.go.set()
            await other
        assert backend.batches == [[1], [3]]

    asyncio.run(run())


def test_the_same_window_in_flight_is_read_once() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend) as busy:
            first = await submit(busy, windows(1))
            tasks = [await submit(busy, windows(2, 1, 2)) for _ in range(3)]
            assert busy.queue == (8, 1)
            tasks[0].cancel()
            await asyncio.gather(tasks[0], return_exceptions=True)
            backend.go.set()
            assert (await first).logits[:, 0].tolist() == [1]
            for task in tasks[1:]:
                assert (await task).logits[:, 0].tolist() == [2, 1, 2]
        assert backend.batches == [[1], [2]]

    asyncio.run(run())


def test_without_deduplication_every_window_is_read() -> None:
    async def run() -> None:
        backend = Echo()
        async with engine(backend, deduplicate=False) as busy:
            outputs = await busy.infer(windows(2, 1, 2), Stages())
            assert outputs.logits[:, 0].tolist() == [2, 1, 2]
        assert backend.batches == [[2, 1, 2]]

    asyncio.run(run())


def test_what_was_read_lately_is_not_read_again() -> None:
    async def run() -> None:
        backend = Echo()
        cache = ScoreCache(1 << 20)
        async with engine(backend, cache=cache) as busy:
            before = await busy.infer(windows(1, 2), Stages())
            again = await busy.infer(windows(2, 3, 1), Stages())
        assert backend.batches == [[1, 2], [3]]
        assert again.logits[[2, 0]].tolist() == before.logits.tolist()
        assert again.embedding[[2, 0]].tolist() == before.embedding.tolist()

    asyncio.run(run())


def test_a_closed_engine_takes_nothing() -> None:
    async def run() -> None:
        async with engine(Echo()) as busy:
            await busy.close()
            with pytest.raises(NotReady):
                await busy.infer(windows(1), Stages())

    asyncio.run(run())


def test_a_failing_backend_fails_its_requests_and_no_later_one() -> None:
    async def run() -> None:
        backend = Echo()
        backend.fault = RuntimeError("broken")
        async with engine(backend) as busy:
            with pytest.raises(RuntimeError, match="broken"):
                await busy.infer(windows(1, 2), Stages())
            backend.fault = None
            assert (await busy.infer(windows(5), Stages())).logits[0, 0] == 5

    asyncio.run(run())


def test_time_is_divided_into_queue_and_infer() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend) as busy:
            await submit(busy, windows(1))
            stages = Stages()
            waiting = asyncio.create_task(busy.infer(windows(2), stages))
            await asyncio.sleep(0.1)
            backend.go.set()
            await waiting
        assert stages.seconds["queue"] >= 0.09
        assert stages.seconds["infer"] < stages.seconds["queue"]

    asyncio.run(run())


def test_closing_cancels_what_waits() -> None:
    async def run() -> None:
        backend = Echo()
        backend.go.clear()
        async with engine(backend) as busy:
            await submit(busy, windows(1))
            waiting = await submit(busy, windows(2))
            backend.go.set()
            await busy.close()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(run())
