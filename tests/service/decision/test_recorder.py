"""Group commit: what gathers shares a transaction, and nobody is told before it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import IntegrityError

from service.decision import recorder as module
from service.decision.record import NewDecision
from service.decision.recorder import Recorder
from service.decision.repository import DecisionRepository, Filters
from service.store.errors import StoreError
from tests.service.decision.made import made_decision

pytestmark = pytest.mark.anyio


class Book:
    """A store that writes when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.groups: list[list[str]] = []
        self.fault: Exception | None = None
        self.bad = ""

    async def write(self, decisions: Sequence[NewDecision]) -> None:
        await self.go.wait()
        if self.fault:
            raise self.fault
        ids = [decision.id for decision in decisions]
        if self.bad in ids:
            raise IntegrityError("INSERT", None, Exception("twice"))
        self.groups.append(ids)

    @property
    def ids(self) -> list[str]:
        return [identity for group in self.groups for identity in group]


@asynccontextmanager
async def recording(book: Book) -> AsyncIterator[Recorder]:
    recorder = Recorder(book.write)
    recorder.start()
    async with asyncio.timeout(60):
        try:
            yield recorder
        finally:
            book.go.set()
            await recorder.close()


async def submit(recorder: Recorder, count: int = 1) -> tuple[list[str], asyncio.Task[None]]:
    decisions = [made_decision() for _ in range(count)]
    task = asyncio.create_task(recorder.record(decisions))
    await asyncio.sleep(0)
    return [decision.id for decision in decisions], task


async def begin(book: Book, recorder: Recorder) -> asyncio.Task[None]:
    """A first request whose transaction does not end until it is let go."""
    book.go.clear()
    _, task = await submit(recorder)
    await asyncio.sleep(0.01)
    return task


async def test_what_gathers_during_a_commit_is_the_next() -> None:
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        others = [await submit(recorder, 2) for _ in range(5)]
        assert not first.done()
        book.go.set()
        await asyncio.gather(first, *(task for _, task in others))
    assert [len(group) for group in book.groups] == [1, 10]
    assert book.groups[1] == [identity for ids, _ in others for identity in ids]


async def test_what_comes_together_waits_a_moment_and_what_comes_alone_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PACE_S", 1.0)
    book = Book()
    async with recording(book) as recorder:
        for _ in range(3):
            _, alone = await submit(recorder)
            await asyncio.wait_for(alone, 0.9)
        first = await begin(book, recorder)
        together = [await submit(recorder) for _ in range(2)]
        book.go.set()
        await asyncio.gather(first, *(task for _, task in together))
        _, later = await submit(recorder)
        await asyncio.sleep(0.05)
        assert not later.done()
        await later
    assert [len(group) for group in book.groups] == [1, 1, 1, 1, 2, 1]


async def test_nobody_is_told_before_the_commit() -> None:
    book = Book()
    async with recording(book) as recorder:
        task = await begin(book, recorder)
        await asyncio.sleep(0.05)
        assert not task.done()
        book.go.set()
        await task
    assert len(book.ids) == 1


async def test_groups_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOGETHER", 4)
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        tasks = [(await submit(recorder, 2))[1] for _ in range(5)]
        book.go.set()
        await asyncio.gather(first, *tasks)
    assert [len(group) for group in book.groups] == [1, 4, 4, 2]


async def test_a_store_that_fails_tells_everyone() -> None:
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        _, second = await submit(recorder)
        book.fault = StoreError("full")
        book.go.set()
        for task in (first, second):
            with pytest.raises(StoreError, match="full"):
                await task
        book.fault = None
        ids, third = await submit(recorder)
        await third
    assert book.ids == ids


async def test_one_bad_request_fails_alone() -> None:
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        good, one = await submit(recorder)
        bad, other = await submit(recorder, 2)
        also, last = await submit(recorder)
        book.bad = bad[0]
        book.go.set()
        await asyncio.gather(first, one, last)
        with pytest.raises(IntegrityError):
            await other
    assert book.ids[1:] == [*good, *also]


async def test_stopping_stores_what_waits() -> None:
    book = Book()
    recorder = Recorder(book.write)
    recorder.start()
    first = await begin(book, recorder)
    ids, second = await submit(recorder, 3)
    closing = asyncio.create_task(recorder.close())
    await asyncio.sleep(0.01)
    with pytest.raises(StoreError, match="stopping"):
        await recorder.record([made_decision()])
    book.go.set()
    await asyncio.gather(first, second, closing)
    assert book.ids[1:] == ids


async def test_a_cancelled_request_leaves_nothing() -> None:
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        _, gone = await submit(recorder)
        ids, last = await submit(recorder)
        gone.cancel()
        book.go.set()
        await asyncio.gather(first, last)
    assert book.ids[1:] == ids


async def test_too_many_waiting_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    book = Book()
    async with recording(book) as recorder:
        first = await begin(book, recorder)
        _, second = await submit(recorder, 3)
        with pytest.raises(StoreError, match="does not keep up"):
            await recorder.record([made_decision()])
        book.go.set()
        await asyncio.gather(first, second)


async def test_a_bug_while_writing_is_told_and_does_not_end_the_work() -> None:
    book = Book()
    async with recording(book) as recorder:
        book.fault = KeyError("bug")
        with pytest.raises(KeyError):
            await recorder.record([made_decision()])
        book.fault = None
        await recorder.record([made_decision()])
    assert len(book.ids) == 1


async def test_many_at_once_are_all_stored(repository: DecisionRepository) -> None:
    recorder = Recorder(repository.add)
    recorder.start()
    made = [[made_decision() for _ in range(3)] for _ in range(100)]
    await asyncio.gather(*(recorder.record(decisions) for decisions in made))
    found = await repository.page(Filters(), limit=1000)
    await recorder.close()
    assert {d.id for d in found} == {d.id for decisions in made for d in decisions}
