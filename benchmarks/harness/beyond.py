"""A client that does not wait for answers: it sends at a fixed rate, whatever comes back.

Run as `python -m benchmarks.harness.beyond SPEC`, where SPEC is the JSON form of `Rush`; prints
`Withstood`. Each connection has its own times to send; one that is still waiting sends as soon as
it is free again.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import aiohttp
import orjson

from benchmarks.harness.load import FORMS, HEADERS, TIMEOUT, percentiles
from benchmarks.harness.workload import read_texts, stream

# The first part of a run fills the queue; what is answered is counted after it.
FILLING = 0.25


@dataclass(frozen=True, slots=True)
class Rush:
    """What is sent: `rate` posts a second over `connections`, `per_request` at a time."""

    url: str
    posts: str
    connections: int
    per_request: int
    rate: float
    seconds: float


@dataclass(slots=True)
class Withstood:
    """What came back. `goodput`: posts a second answered with 200 once the queue had filled.

    `advised`: refusals by status that came with a Retry-After; `offered`: posts a second sent.
    """

    goodput: float = 0.0
    offered: float = 0.0
    latency: dict[str, float] = field(default_factory=dict)
    longest: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    advised: dict[str, int] = field(default_factory=dict)


class _Run:
    def __init__(self, rush: Rush) -> None:
        self.rush = rush
        texts = stream(read_texts(Path(rush.posts)))
        # Ready beforehand: a client that forms requests while it measures slows what it measures.
        self.bodies = [
            orjson.dumps(FORMS["mingjian"]([next(texts) for _ in range(rush.per_request)]))
            for _ in range(1024)
        ]
        self.spans: list[float] = []
        self.answered = self.sent = 0
        self.statuses: Counter[str] = Counter()
        self.advised: Counter[str] = Counter()

    async def run(self) -> Withstood:
        rush = self.rush
        connector = aiohttp.TCPConnector(limit=rush.connections)
        async with aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, headers=HEADERS
        ) as session:
            self.start = time.perf_counter()
            await asyncio.gather(*(self.connection(session, n) for n in range(rush.connections)))
        return Withstood(
            goodput=self.answered * rush.per_request / (rush.seconds * (1 - FILLING)),
            offered=self.sent * rush.per_request / rush.seconds,
            latency=percentiles(self.spans),
            longest=max(self.spans, default=0.0),
            statuses=dict(self.statuses),
            advised=dict(self.advised),
        )

    async def connection(self, session: aiohttp.ClientSession, number: int) -> None:
        rush = self.rush
        period = rush.connections * rush.per_request / rush.rate
        due = self.start + period * number / rush.connections
        end = self.start + rush.seconds
        turn = number
        while (now := time.perf_counter()) < end:
            if now < due:
                await asyncio.sleep(min(due, end) - now)
                continue
            due = max(due + period, now)
            await self.ask(session, self.bodies[turn % len(self.bodies)], end)
            turn += rush.connections

    async def ask(self, session: aiohttp.ClientSession, body: bytes, end: float) -> None:
        began = time.perf_counter()
        self.sent += 1
        try:
            async with session.post(self.rush.url, data=body) as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.statuses[type(error).__name__] += 1
            return
        status = str(response.status)
        self.statuses[status] += 1
        if "Retry-After" in response.headers:
            self.advised[status] += 1
        if response.status == 200:
            ended = time.perf_counter()
            self.spans.append(ended - began)
            self.answered += self.start + FILLING * self.rush.seconds < ended <= end


if __name__ == "__main__":
    withstood = asyncio.run(_Run(Rush(**orjson.loads(sys.argv[1]))).run())
    sys.stdout.buffer.write(orjson.dumps(asdict(withstood)))
