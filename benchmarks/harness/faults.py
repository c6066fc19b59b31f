"""What may not be lost or changed: decisions when the process dies, scores among neighbours."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson

from benchmarks.harness.load import HEADERS, TIMEOUT
from benchmarks.harness.servers import Server, start


async def answered_until(server: Server, texts: Sequence[str], seconds: float) -> list[str]:
    """Put 16 callers on a server and kill it meanwhile; return the ids of what was answered."""
    ids: list[str] = []
    dice = random.Random(1)

    async def caller(session: aiohttp.ClientSession) -> None:
        while True:
            chosen = dice.sample(list(texts), dice.choice((1, 4, 16)))
            try:
                answer = await score(session, server.url, chosen)
            except (aiohttp.ClientError, ConnectionError):
                return
            ids.extend(one["decision_id"] for one in answer.get("results", ()))

    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=HEADERS) as session:
        callers = [asyncio.create_task(caller(session)) for _ in range(16)]
        await asyncio.sleep(seconds)
        await asyncio.to_thread(server.kill)
        await asyncio.gather(*callers)
    return ids


async def missing(server: Server, ids: Sequence[str]) -> int:
    """Return how many decisions a server does not know."""
    lost = 0
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        for identity in ids:
            async with session.get(f"{server.base}/decisions/{identity}") as response:
                lost += response.status != 200
    return lost


def kill_and_restart(server: Server, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """Kill a server under load, start it again, and look for every decision it had answered."""
    ids = asyncio.run(answered_until(server, texts, seconds))
    with server.log.open("ab") as log:
        again = start(server.command, log)
    try:
        lost = asyncio.run(missing(again, ids))
    finally:
        status = again.end()
    return {"answered": len(ids), "lost": lost, "restart_s": again.started_s, "ended": status}


async def finishes(server: Server, texts: Sequence[str], requests: int) -> dict[str, int]:
    """Send requests, ask the server to end while they wait, and count how they are answered."""
    statuses: dict[str, int] = {}

    async def one(session: aiohttp.ClientSession) -> None:
        try:
            body = orjson.dumps({"items": [{"text": text} for text in texts]})
            async with session.post(server.url, data=body) as response:
                await response.read()
                status = str(response.status)
        except (aiohttp.ClientError, ConnectionError) as error:
            status = type(error).__name__
        statuses[status] = statuses.get(status, 0) + 1

    connector = aiohttp.TCPConnector(limit=requests)
    async with aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, headers=HEADERS
    ) as session:
        sent = [asyncio.create_task(one(session)) for _ in range(requests)]
        await asyncio.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*sent)
    return statuses


async def among_neighbours(
    server: Server, texts: Sequence[str], chosen: Sequence[str], times: int
) -> dict[str, float]:
    """Score posts `times` each among random neighbours, several requests at once.

    Returns the largest difference between two scores of one post, over all labels, and how often
    its suggestion changed.
    """
    dice = random.Random(2)
    seen: dict[str, list[dict[str, Any]]] = {text: [] for text in chosen}
    gate = asyncio.Semaphore(8)

    async def ask(session: aiohttp.ClientSession, text: str) -> None:
        items = dice.sample(list(texts), dice.choice((0, 1, 3, 7, 15, 31)))
        place = dice.randint(0, len(items))
        items.insert(place, text)
        async with gate:
            answer = await score(session, server.url, items)
        seen[text].append(answer["results"][place])

    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=HEADERS) as session:
        await asyncio.gather(*(ask(session, text) for text in chosen for _ in range(times)))
    differences = []
    changed = 0
    for results in seen.values():
        for scores in zip(*(row["labels"] for row in results), strict=True):
            values = [one["score"] for one in scores]
            differences.append(max(values) - min(values))
        changed += len({row["suggestion"] for row in results}) > 1
    return {"largest": max(differences), "suggestions_changed": float(changed)}


async def score(session: aiohttp.ClientSession, url: str, texts: Sequence[str]) -> dict[str, Any]:
    """Score posts and return the answer; waits and asks again where the service is full."""
    body = orjson.dumps({"items": [{"text": text} for text in texts]})
    end = time.perf_counter() + 120
    while True:
        async with session.post(url, data=body) as response:
            content = await response.read()
        if response.status == 200:
            found: dict[str, Any] = orjson.loads(content)
            return found
        if response.status not in (429, 503) or time.perf_counter() > end:
            raise RuntimeError(f"the service answered {response.status}: {content[:300]!r}")
        await asyncio.sleep(0.2)
