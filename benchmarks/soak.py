"""A mixed load for minutes, and whether memory stays flat: `make soak`.

Writes what it found into benchmarks/results/soak.md with a plot, and ends with status 1 where
memory grows or a request fails.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shlex
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import orjson

from benchmarks.harness import machine, plots, report, servers, turns, workload
from benchmarks.harness.load import HEADERS, TIMEOUT

RESULTS = workload.ROOT / "benchmarks" / "results"
CALLERS = 12
# Small enough to be full before memory is judged: a cache that fills is no leak.
CACHE_BYTES = 8 << 20
# The first part fills caches and pools; memory is judged after it.
SETTLING = 0.3
BLOCKS = 14
# Student's t for a two-sided 95 % interval with BLOCKS - 2 degrees of freedom.
T_95 = 2.179
# Growth that is still called flat, as a share of the memory and for the whole run.
FLAT = 0.02
HEAD = ("what", "found")
# How often which call is made, in percent.
SHARES = {
    "score one": 45,
    "score many": 25,
    "score long": 8,
    "score explained": 5,
    "score with a fault": 3,
    "not JSON": 3,
    "decision": 7,
    "metrics": 4,
}

Points = list[tuple[float, float]]


@dataclass(slots=True)
class Soaked:
    """What a soak saw: requests by kind, faults, and (seconds, MB) of memory."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    memory: Points = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Slope:
    """MB an hour with its 95 % interval, and whether memory counts as flat."""

    middle: float
    low: float
    high: float
    flat: bool

    def told(self) -> str:
        """Return it as a phrase."""
        return f"{self.middle:+.1f} MB an hour (95 %: {self.low:+.1f} to {self.high:+.1f})"


def main() -> None:
    """Soak, print, write."""
    options = parse_options()
    with tempfile.TemporaryDirectory() as folder:
        texts, _ = workload.draw(options.posts, 2500)
        command = servers.mingjian(Path(folder), options.release, {"CACHE_BYTES": str(CACHE_BYTES)})
        with servers.running(command, Path(folder)) as server:
            about = turns.served(server)
            soaked = asyncio.run(soak(server, texts, options.minutes * 60))
            ended = server.end()
    kept = publish(soaked, slope_of(soaked.memory), ended, about, options)
    sys.exit(0 if kept else 1)


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", help="name or folder; by default the shipped one")
    parser.add_argument("--posts", type=Path, nargs="*", default=[], help="JSONL files with a text")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for what it finds")
    return parser.parse_args()


async def soak(server: servers.Server, texts: list[str], seconds: float) -> Soaked:
    """Put callers of every kind on a server and watch its memory."""
    soaked = Soaked()
    end = time.perf_counter() + seconds
    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=HEADERS) as session:
        callers = [caller(session, server, texts, soaked, end, seed) for seed in range(CALLERS)]
        await asyncio.gather(watch(server, soaked, end), *callers)
    return soaked


async def watch(server: servers.Server, soaked: Soaked, end: float) -> None:
    """Note the memory of a server every second."""
    start = time.perf_counter()
    while (now := time.perf_counter()) < end:
        soaked.memory.append((now - start, server.rss() / 1e6))
        await asyncio.sleep(min(1.0, max(0.05, (end - start) / 100)))


async def caller(
    session: aiohttp.ClientSession,
    server: servers.Server,
    texts: list[str],
    soaked: Soaked,
    end: float,
    seed: int,
) -> None:
    """Call in every way, one after the other, until the end; every answer is held to its kind."""
    dice = random.Random(seed)
    last = ""
    while time.perf_counter() < end:
        kind, method, path, body, expected = pick(dice, texts, last)
        soaked.kinds[kind] += 1
        try:
            async with session.request(method, server.base + path, data=body) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            soaked.faults[f"{kind}: {type(error).__name__}"] += 1
            continue
        if response.status not in expected:
            soaked.faults[f"{kind}: {response.status}"] += 1
        elif response.status == 429:
            await asyncio.sleep(1.0)
        elif kind.startswith("score"):
            results = orjson.loads(content)["results"]
            soaked.posts += len(results)
            last = next((one["decision_id"] for one in results if one["decision_id"]), last)


Call = tuple[str, str, str, bytes | None, tuple[int, ...]]


def pick(dice: random.Random, texts: list[str], last: str) -> Call:
    """Return a call: its kind, method, path, body, and the statuses that are right for it."""
    (kind,) = dice.choices(list(SHARES), list(SHARES.values()))
    if kind == "decision" and last:
        return kind, "GET", f"/decisions/{last}", None, (200,)
    if kind in ("decision", "metrics"):
        return "metrics", "GET", "/metrics", None, (200,)
    if kind == "not JSON":
        return kind, "POST", "/score", b"{", (400,)
    return kind, "POST", "/score", orjson.dumps(_request(kind, dice, texts)), (200, 429)


def _request(kind: str, dice: random.Random, texts: list[str]) -> dict[str, Any]:
    """Return a request; a number makes its posts new, so that the cache fills and gives way."""
    count = {"score many": dice.randint(2, 64), "score explained": 2}.get(kind, 1)
    items = [{"text": f"{dice.choice(texts)} {dice.randrange(10**6)}"} for _ in range(count)]
    if kind == "score long":
        items = [{"text": "。".join(dice.sample(texts, 12))[:4000]}]
    if kind == "score with a fault":
        items.append({"text": ""})
    return {"items": items, "explain": kind == "score explained"}


def slope_of(memory: Points) -> Slope:
    """Return how memory grows once it has settled.

    A least-squares line through the means of BLOCKS stretches: neighbouring seconds resemble each
    other, and an interval over single seconds would be too narrow.
    """
    settled = memory[int(len(memory) * SETTLING) :]
    blocks = [np.mean(block, axis=0) for block in np.array_split(np.array(settled), BLOCKS)]
    x, y = np.array(blocks).T / np.array([[3600.0], [1.0]])
    x0, y0 = x - x.mean(), y - y.mean()
    middle = float((x0 @ y0) / (x0 @ x0))
    error = float(np.sqrt(((y0 - middle * x0) ** 2).sum() / (BLOCKS - 2) / (x0 @ x0)))
    low, high = middle - T_95 * error, middle + T_95 * error
    hours = (settled[-1][0] - settled[0][0]) / 3600
    return Slope(middle, low, high, low <= 0 or middle * hours <= FLAT * float(y.mean()))


def publish(
    soaked: Soaked, slope: Slope, ended: int, about: dict[str, Any], options: argparse.Namespace
) -> bool:
    """Print and write what was found; return whether everything held."""
    values = [value for _, value in soaked.memory]
    kept = slope.flat and not soaked.faults and ended == 0
    cells = [
        ("requests", ", ".join(f"{name} {n:,}" for name, n in soaked.kinds.most_common())),
        ("posts scored", f"{soaked.posts:,} in {options.minutes:g} minutes"),
        ("unexpected answers", str(dict(soaked.faults) or "none")),
        (
            "memory",
            f"{values[0]:.0f} MB at first, {max(values):.0f} at most, {values[-1]:.0f} last",
        ),
        (f"slope after the first {SETTLING:.0%}", slope.told()),
        ("flat", "yes" if slope.flat else "no"),
        ("exit status after SIGTERM", str(ended)),
    ]
    report.show("Soak", HEAD, cells)
    options.results.mkdir(exist_ok=True)
    drawn = plots.over_time(
        {"resident memory": soaked.memory}, about["name"], "MB", options.results / "soak.svg"
    )
    arguments = [word for word in sys.argv[1:] if not word.startswith("/")]
    told = (
        f"Written by `make soak ARGS={shlex.quote(shlex.join(arguments))}`; do not edit. "
        f"{about['name']} in {about['precision']} with a score cache of {CACHE_BYTES >> 20} MiB, "
        f"{CALLERS} callers on the same cores. Flat: the interval of the slope reaches 0, or the "
        f"run adds at most {FLAT:.0%} to the memory."
    )
    page = ["# Soak", told, report.markdown(HEAD, cells), f"![{drawn.name}]({drawn.name})"]
    page.append(report.machine_line(machine.describe()))
    (options.results / "soak.md").write_text("\n\n".join(page) + "\n", encoding="utf-8")
    return kept


if __name__ == "__main__":
    main()
