"""kill -9 of a service under load loses no decision that it has answered."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from service.decision.tables import decisions
from service.store.database import Database
from tests.service.conftest import wait_until
from tests.service.test_serve import serving

CALLERS = 8
# Answers that must have come before the kill; it then falls into the midst of the next ones.
ENOUGH = 150


def keep_posting(url: str, stop: threading.Event, answered: list[str]) -> int:
    """Post until the service is gone; return how many requests were broken off."""
    with httpx2.Client(timeout=60) as client:
        number = 0
        while not stop.is_set():
            number += 1
            texts = [f"第{number}条：{'今天天气不错。' * times}" for times in (1, 2, 3)]
            body = {"items": [{"text": text} for text in texts]}
            try:
                response = client.post(f"{url}/score", json=body)
            except httpx2.TransportError:
                return 1
            answered += [result["decision_id"] for result in response.json()["results"]]
    return 0


async def stored(url: str) -> set[str]:
    database = await Database.open(url)
    async with database.read() as connection:
        found = set((await connection.scalars(select(decisions.c.id))).all())
    await database.close()
    return found


@pytest.fixture(autouse=True)
def used(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services that are started here use this database, and log too little to fill a pipe."""
    monkeypatch.setenv("MINGJIAN_DATABASE_URL", database_url)
    monkeypatch.setenv("MINGJIAN_LOG_LEVEL", "warning")


def test_every_answered_decision_is_there_after_the_next_start(
    tiny_release: Path, database_url: str
) -> None:
    answered: list[str] = []
    stop = threading.Event()
    with (
        serving(tiny_release) as (process, url),
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        callers = [pool.submit(keep_posting, url, stop, answered) for _ in range(CALLERS)]
        try:
            wait_until(lambda: len(answered) >= ENOUGH)
            time.sleep(0.05)
            process.kill()
        finally:
            stop.set()
        broken = sum(caller.result() for caller in callers)
    assert broken > 0
    assert None not in answered
    assert len(set(answered)) == len(answered) >= ENOUGH
    assert set(answered) <= asyncio.run(stored(database_url))
    with serving(tiny_release) as (_, url):
        receipt = httpx2.get(f"{url}/decisions/{answered[-1]}", timeout=60)
    assert receipt.status_code == 200
    assert receipt.json()["item"]["text"].endswith("今天天气不错。")
