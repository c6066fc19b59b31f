"""What it costs to record decisions before they are answered: posts a second with and without.

Runs the service's own path (everything but HTTP) in this process, in turns with and without the
record, so that both see the same machine. Run it with `.venv/bin/python`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

from service.decision.record import NewDecision
from service.identifiers import new_id
from service.score.reading import Envelope, read_envelope
from service.score.service import ScoreService
from service.settings import Settings
from service.stages import Stages
from service.state import State

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


class Unrecorded:
    """Stands in for the record and makes nothing of it."""

    def begin(self, *_request: object) -> Unrecorded:
        """Return what records nothing of one request."""
        return self

    async def store(self, answered: Sequence[tuple[Any, Any]]) -> list[Any]:
        """Return the results as they are."""
        return [scored for _, scored in answered]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", help="name or folder; by default the shipped one")
    parser.add_argument("--database", help="address; by default a new SQLite file")
    parser.add_argument("--rounds", type=int, default=8, help="turns with and without")
    parser.add_argument("--posts", type=int, default=512, help="posts a turn")
    parser.add_argument("--batch", type=int, default=16, help="posts a request")
    parser.add_argument("--clients", type=int, default=8, help="requests under way at once")
    parser.add_argument("--threads", type=int, default=0, help="processor threads of the model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite+aiosqlite:///{folder}/record.db"
        settings = Settings(release=options.release, database_url=url, threads=options.threads)
        asyncio.run(measure(settings, options))


async def measure(settings: Settings, options: argparse.Namespace) -> None:
    """Take turns and print the medians, and how fast the store alone is."""
    async with AsyncExitStack() as stack:
        state = State(settings)
        stack.push_async_callback(state.close)
        state.start()
        if state._loading is not None:
            await state._loading
        scoring, kept = state.scoring, state.scoring._record
        requests = envelopes(options.posts, options.batch)
        await turn(scoring, requests[: options.clients], options.clients)  # warm
        speeds: dict[bool, list[float]] = {True: [], False: []}
        work: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * options.rounds):
            # The order turns round each time, so that a drift of the machine favours neither.
            recorded = number % 4 in (0, 3)
            scoring._record = kept if recorded else Unrecorded()  # type: ignore[assignment]
            busy = time.process_time()
            seconds = await turn(scoring, requests, options.clients)
            speeds[recorded].append(options.posts / seconds)
            work[recorded].append((time.process_time() - busy) / options.posts)
        scoring._record = kept
        pairs = zip(speeds[True], speeds[False], strict=True)
        costs = [1 - with_record / without for with_record, without in pairs]
        extra = statistics.median(work[True]) - statistics.median(work[False])
        alone = await store_alone(state, options.clients)
    name = state.domains.database.dialect
    print(f"{name}  turns {options.rounds}  posts a turn {options.posts}  ", end="")
    print(f"requests of {options.batch}, {options.clients} at once")
    print(f"without the record {statistics.median(speeds[False]):10.1f} posts/s")
    print(f"with the record    {statistics.median(speeds[True]):10.1f} posts/s")
    print(f"cost               {statistics.median(costs):10.1%}  ", end="")
    print(f"(turn by turn {min(costs):.1%} to {max(costs):.1%})")
    share = extra / statistics.median(work[False])
    print(f"processor time     {share:10.1%}  more, {extra * 1e6:.0f} µs a post")
    print(f"the store alone    {alone:10.1f} decisions/s")


def envelopes(posts: int, batch: int) -> list[Envelope]:
    """Return requests of the sample corpus, going round it as often as needed."""
    files = sorted(SAMPLE.glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text("utf-8").split("\n") if line]
    rows = [json.loads(line) for line in lines]
    items = [{key: row[key] for key in ("title", "text") if row.get(key)} for row in rows]
    chosen = list(islice(chain.from_iterable(repeat(items)), posts))
    return [read_envelope({"items": chosen[n : n + batch]}) for n in range(0, posts, batch)]


async def turn(scoring: ScoreService, requests: Sequence[Envelope], clients: int) -> float:
    """Answer requests, `clients` at once; return the seconds it took."""
    left = iter(requests)

    async def client() -> None:
        for envelope in left:
            await scoring.score(envelope, "benchmark", Stages())

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - began


async def store_alone(state: State, clients: int, count: int = 4_000) -> float:
    """Return how many decisions a second the recorder stores when nothing else runs."""
    (envelope,) = envelopes(16, 16)
    kept: list[NewDecision] = []

    class Catch:
        async def record(self, decisions: Sequence[NewDecision]) -> None:
            kept.extend(decisions)

    record = state.scoring._record
    recorder, record.recorder = record.recorder, Catch()
    await state.scoring.score(envelope, "benchmark", Stages())
    record.recorder = recorder
    left = iter(range(count // len(kept)))

    async def client() -> None:
        for _ in left:
            await recorder.record([replace(decision, id=new_id()) for decision in kept])

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return count // len(kept) * len(kept) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
