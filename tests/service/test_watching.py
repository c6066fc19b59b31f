from __future__ import annotations

import asyncio

import pytest

from models.errors import InvalidInput
from service.watching import Watch

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_it_goes_on_after_every_failure_and_at_once_when_woken() -> None:
    steps: list[int] = []
    woken = asyncio.Event()

    async def step() -> None:
        steps.append(len(steps))
        woken.set()
        if len(steps) == 1:
            raise InvalidInput("told")
        if len(steps) == 2:
            raise ValueError("a bug")

    watch = Watch("a test", step, every_s=60)
    watch.start()
    for _ in range(3):
        await asyncio.wait_for(woken.wait(), 5)
        woken.clear()
        await asyncio.sleep(0)
        watch.wake()
    await asyncio.wait_for(woken.wait(), 5)
    await watch.close()
    assert len(steps) == 4


async def test_it_comes_round_by_itself_and_ends_when_closed() -> None:
    steps = 0

    async def step() -> None:
        nonlocal steps
        steps += 1

    watch = Watch("a test", step, every_s=60)
    watch.start(every_s=0.01)
    for _ in range(500):
        if steps >= 3:
            break
        await asyncio.sleep(0.01)
    await watch.close()
    done = steps
    assert done >= 3
    await asyncio.sleep(0.05)
    assert steps == done
    await Watch("never started", step, 1).close()
