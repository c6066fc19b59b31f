"""The client: one process, a closed loop over some connections, and what it saw.

Run as `python -m benchmarks.harness.load SPEC`, where SPEC is the JSON form of `Shape`; prints the
JSON form of `Seen`. A process of its own, so that its share of the processor can be told.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import orjson

from benchmarks.harness.workload import read_texts, stream

Form = Callable[[list[str]], Any]
HEADERS = {"Content-Type": "application/json"}
TIMEOUT = aiohttp.ClientTimeout(total=300)
# How each server wants its posts.
FORMS: dict[str, Form] = {
    "mingjian": lambda texts: {"items": [{"text": text} for text in texts]},
    "pipeline": lambda texts: {"inputs": texts},
    "infinity": lambda texts: {"model": "bench", "input": texts},
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a client does: `connections` at once, `per_request` posts each, for `seconds`.

    `posts` is a JSONL file; `repeated` see `workload.stream`. The first `warm` requests of each
    connection are not counted.
    """

    url: str
    form: str
    posts: str
    connections: int
    per_request: int
    seconds: float
    warm: int = 2
    repeated: float | None = None
    seed: int = 0


@dataclass(slots=True)
class Seen:
    """What came back; times in seconds. `client_cpu` is the client's share of one core."""

    posts: int = 0
    requests: int = 0
    rate: float = 0.0
    latency: dict[str, float] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    client_cpu: float = 0.0


@dataclass(slots=True)
class _Connection:
    """What one connection did between its warm-up and its last answer."""

    posts: int = 0
    began: float = 0.0
    ended: float = 0.0
    spans: list[float] = field(default_factory=list)


async def measure(shape: Shape) -> Seen:
    """Run a client and return what it saw.

    Every connection finishes the request it has begun; the rate is the sum of theirs, each over its
    own time, so that long requests are not cut off at the end.
    """
    texts = read_texts(Path(shape.posts))
    source = stream(texts, shape.repeated, shape.seed)
    bodies = _bodies(source, FORMS[shape.form], shape.per_request)
    errors: Counter[str] = Counter()
    connector = aiohttp.TCPConnector(limit=shape.connections)
    async with aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, headers=HEADERS
    ) as session:
        busy, start = time.process_time(), time.perf_counter()
        seen = await asyncio.gather(
            *(_connection(session, shape, bodies, errors) for _ in range(shape.connections))
        )
        share = (time.process_time() - busy) / (time.perf_counter() - start)
    return summarise(seen, errors, share)


async def _connection(
    session: aiohttp.ClientSession, shape: Shape, bodies: Iterator[bytes], errors: Counter[str]
) -> _Connection:
    for _ in range(shape.warm):
        await ask(session, shape.url, next(bodies))
    one = _Connection(began=time.perf_counter())
    end = one.began + shape.seconds
    while (began := time.perf_counter()) < end:
        fault = await ask(session, shape.url, next(bodies))
        one.ended = time.perf_counter()
        if fault is None:
            one.posts += shape.per_request
            one.spans.append(one.ended - began)
        else:
            errors[fault] += 1
            await asyncio.sleep(0.05)
    return one


async def ask(session: aiohttp.ClientSession, url: str, body: bytes) -> str | None:
    """Send one request and read its answer; return what was wrong with it, if anything."""
    try:
        async with session.post(url, data=body) as response:
            answer = await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
    if response.status != 200:
        return str(response.status)
    refused = b'"problem":' in answer and _refused(answer)
    return "item refused" if refused else None


def _refused(answer: bytes) -> bool:
    return any(one.get("status") != 200 for one in orjson.loads(answer).get("results", ()))


def _bodies(source: Iterator[str], form: Form, per_request: int) -> Iterator[bytes]:
    while True:
        yield orjson.dumps(form([next(source) for _ in range(per_request)]))


def summarise(connections: list[_Connection], errors: Counter[str], share: float) -> Seen:
    """Put what the connections saw together."""
    spans = [span for one in connections for span in one.spans]
    return Seen(
        posts=sum(one.posts for one in connections),
        requests=len(spans),
        rate=sum(one.posts / (one.ended - one.began) for one in connections if one.spans),
        latency=percentiles(spans),
        errors=dict(errors),
        client_cpu=share,
    )


def percentiles(spans: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 of times in seconds; empty without any."""
    if not spans:
        return {}
    return {f"p{p}": float(np.percentile(spans, p)) for p in (50, 95, 99)}


if __name__ == "__main__":
    result = asyncio.run(measure(Shape(**orjson.loads(sys.argv[1]))))
    sys.stdout.buffer.write(orjson.dumps(asdict(result)))
