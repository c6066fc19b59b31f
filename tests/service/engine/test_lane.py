"""Who is next: half for the oldest request, half in turn, so that neither kind starves."""

from __future__ import annotations

import asyncio

from service.engine.lane import Job, Lane, Row

TOKENS = 16


def enter(lane: Lane, name: int, rows: int) -> Job:
    job = Job(rows, asyncio.get_running_loop().create_future(), 0.0)
    for place in range(rows):
        row = Row((name,), b"", TOKENS, lane, [(job, place)])
        lane.add(row)
        job.rows.append(row)
        job.waiting.append(row)
    lane.enter(job)
    return job


def names(rows: list[Row]) -> list[int]:
    return [row.ids[0] for row in rows]


def test_small_requests_do_not_wait_for_a_large_one_nor_it_for_them() -> None:
    async def run() -> None:
        lane = Lane()
        large = enter(lane, 1, 100)
        for _ in range(10):
            for name in range(2, 6):
                enter(lane, name, 1)
            taken = names(lane.take(TOKENS * 10))
            assert taken.count(1) >= 5
            assert {2, 3, 4, 5} <= set(taken)
            assert len(taken) == 10
        assert len(large.waiting) < 50

    asyncio.run(run())


def test_all_is_taken_once_and_counted() -> None:
    async def run() -> None:
        lane = Lane()
        for name in range(7):
            enter(lane, name, name)
        assert (lane.rows, lane.tokens) == (21, 21 * TOKENS)
        taken: list[int] = []
        while rows := lane.take(TOKENS * 4):
            taken += names(rows)
        assert sorted(taken) == [name for name in range(7) for _ in range(name)]
        assert (lane.rows, lane.tokens) == (0, 0)

    asyncio.run(run())


def test_a_row_larger_than_the_room_is_taken_alone() -> None:
    async def run() -> None:
        lane = Lane()
        enter(lane, 1, 2)
        assert names(lane.take(1)) == [1]

    asyncio.run(run())


def test_a_job_that_is_done_gives_nothing() -> None:
    async def run() -> None:
        lane = Lane()
        job = enter(lane, 1, 3)
        job.done.cancel()
        assert lane.take(1000) == []

    asyncio.run(run())
