"""While nothing more can be taken, a caller of POST /score is turned away at once."""

from __future__ import annotations

import asyncio
from typing import Any

from service.door import Door
from service.errors import Overloaded
from service.metrics.service import Metrics


def ask(door: Door, path: str = "/score", method: str = "POST") -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("the body is not read")

    scope = {"type": "http", "path": path, "method": method, "headers": [(b"x-request-id", b"r1")]}
    asyncio.run(door(scope, receive, send))
    return sent


async def answered(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200})


def test_a_caller_is_turned_away_without_reading() -> None:
    metrics = Metrics()
    start, body = ask(Door(answered, metrics, lambda: Overloaded(7)))
    headers = dict(start["headers"])
    assert start["status"] == 429
    assert headers[b"retry-after"] == b"7"
    assert headers[b"x-request-id"] == b"r1"
    assert b'"code":"overloaded"' in body["body"]
    assert 'mingjian_rejected_total{reason="overloaded"} 1.0' in metrics.exposition().decode()


def test_others_pass() -> None:
    full = Door(answered, Metrics(), lambda: Overloaded(7))
    assert ask(full, "/health/live", "GET")[0]["status"] == 200
    assert ask(full, method="GET")[0]["status"] == 200
    assert ask(Door(answered, Metrics(), lambda: None))[0]["status"] == 200
