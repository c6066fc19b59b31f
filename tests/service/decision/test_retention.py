"""Retention removes what is old, at the start, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from service.decision import retention as module
from service.decision.repository import DecisionRepository, Filters
from service.decision.retention import Retention
from tests.service.decision.made import made_decision

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)


async def fill(repository: DecisionRepository) -> list[str]:
    """One decision a day for a week, newest first."""
    made = [made_decision(at=NOW - timedelta(days=days, hours=1)) for days in range(7)]
    await repository.add(made)
    return [decision.id for decision in made]


async def left(repository: DecisionRepository) -> list[str]:
    return [decision.id for decision in await repository.page(Filters(), 100)]


async def test_what_is_old_goes_when_the_service_starts(
    repository: DecisionRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    ids = await fill(repository)
    retention = Retention(repository, days=3)
    retention.start()
    for _ in range(1000):
        if len(await left(repository)) == 3:
            break
        await asyncio.sleep(0.01)
    await retention.close()
    assert await left(repository) == ids[:3]


async def test_zero_days_keep_everything(repository: DecisionRepository) -> None:
    ids = await fill(repository)
    retention = Retention(repository, days=0)
    retention.start()
    await asyncio.sleep(0.05)
    await retention.close()
    assert await left(repository) == ids
