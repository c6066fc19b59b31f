"""Beyond capacity: four times the load, clients that misbehave, a kill: `make overload`.

Writes what it found into benchmarks/results/overload.md and ends with status 1 where something
promised does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.harness import faults, machine, misuse, report, servers, turns, workload
from benchmarks.harness.beyond import Rush
from benchmarks.harness.turns import Contest

RESULTS = workload.ROOT / "benchmarks" / "results"
CONNECTIONS = 256
TIMES = 4.0
HUGE = 1 << 30
HEAD = ("what", "found", "promised", "kept")


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise: what was found, what is promised, and whether that was kept."""

    what: str
    found: str
    promised: str
    kept: bool

    def cells(self) -> tuple[str, str, str, str]:
        """Return it as a line of a table."""
        return self.what, self.found, self.promised, "yes" if self.kept else "no"


def main() -> None:
    """Measure, print, write."""
    options = parse_options()
    idle = misuse.room_for(options.idle)
    with tempfile.TemporaryDirectory() as folder:
        texts, _ = workload.draw(options.posts, 2500)
        posts = workload.write_texts(texts, Path(folder) / "posts.jsonl")
        contest = Contest(posts, Path(folder), options.seconds)
        settings = servers.SPARING_OFF | {"DEADLINE_S": str(options.deadline)}
        command = servers.mingjian(Path(folder), options.release, settings)
        with servers.running(command, Path(folder)) as server:
            about = turns.served(server)
            found = overloaded(contest, server, options)
            found += asyncio.run(misused(contest, server, texts, idle))
            found += invariant(server, texts, options.times)
            found += killed(server, texts, options.seconds)
        usual = servers.mingjian(Path(folder), options.release, servers.SPARING_OFF)
        with servers.running(usual, Path(folder)) as server:
            found += ended(server, texts)
    publish(found, about, options)
    sys.exit(0 if all(one.kept for one in found) else 1)


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", help="name or folder; by default the shipped one")
    parser.add_argument("--posts", type=Path, nargs="*", default=[], help="JSONL files with a text")
    parser.add_argument("--seconds", type=float, default=12.0, help="of each load")
    parser.add_argument("--deadline", type=float, default=5.0, help="MINGJIAN_DEADLINE_S")
    parser.add_argument("--batch", type=int, default=32, help="posts a request under overload")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    parser.add_argument("--times", type=int, default=200, help="the same post among neighbours")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for what it finds")
    return parser.parse_args()


def overloaded(
    contest: Contest, server: servers.Server, options: argparse.Namespace
) -> list[Finding]:
    """Send four times what the service can do over 256 connections, in two sizes of request."""
    found = []
    for per_request in (1, options.batch):
        peak = contest.load(server, 32 if per_request == 1 else 8, per_request, contest.seconds)
        rush = Rush(
            url=server.url,
            posts=str(contest.posts),
            connections=CONNECTIONS,
            per_request=per_request,
            rate=TIMES * peak["rate"],
            seconds=contest.seconds,
        )
        seen = turns.child("benchmarks.harness.beyond", asdict(rush))
        found += judge(seen, peak["rate"], per_request, options.deadline)
    return found


def judge(seen: dict[str, Any], peak: float, per_request: int, deadline: float) -> list[Finding]:
    """Hold what a rush brought back against what is promised."""
    load = f"{CONNECTIONS} connections, {per_request} posts a request"
    share = seen["goodput"] / peak
    late = seen["latency"].get("p99", 0.0)
    statuses, advised = seen["statuses"], seen["advised"]
    refused = statuses.get("429", 0)
    others = {name: count for name, count in statuses.items() if name not in ("200", "429")}
    return [
        Finding(
            f"goodput at {seen['offered'] / peak:.1f} times the peak ({load})",
            f"{share:.0%} of {peak:.0f} posts/s",
            "≥ 90 %",
            share >= 0.9,
        ),
        Finding(
            f"p99 of accepted requests ({load})",
            f"{late:.2f} s",
            f"≤ {deadline:g} s",
            late <= deadline,
        ),
        Finding(
            f"refusals ({load})",
            f"{refused:,} with 429, {advised.get('429', 0):,} of them with Retry-After; "
            f"{statuses.get('200', 0):,} accepted; others {others or 'none'}",
            "each says when to come back",
            refused == advised.get("429", 0) and not others,
        ),
    ]


async def misused(
    contest: Contest, server: servers.Server, texts: list[str], idle: int
) -> list[Finding]:
    """Let clients misbehave and look after the well-behaved meanwhile."""
    port = server.port
    alone = await asyncio.to_thread(contest.load, server, 4, 1, contest.seconds / 3)
    found = []
    async with misuse.slow_bodies(port, 200) as slow:
        beside = await asyncio.to_thread(contest.load, server, 4, 1, contest.seconds / 3)
        found.append(beside_finding(f"{slow[0]} bodies of a byte every half second", alone, beside))
    async with misuse.idle(port, idle) as opened:
        beside = await asyncio.to_thread(contest.load, server, 4, 1, contest.seconds / 3)
        found.append(beside_finding(f"{opened:,} idle connections", alone, beside))
    for what, refusal in (
        ("1 GiB announced", await misuse.announce(port, HUGE)),
        ("a body without end", await misuse.endless(port, HUGE)),
    ):
        told = f"{refusal.status} after {refusal.sent / 2**20:.1f} MiB, {refusal.seconds:.2f} s"
        kept = refusal.status == 413 and refusal.sent < 32 << 20
        found.append(Finding(what, told, "413, not read whole", kept))
    return [*found, await hung_up(server, texts)]


def beside_finding(what: str, alone: dict[str, Any], beside: dict[str, Any]) -> Finding:
    """Compare the latency of well-behaved callers with and without others beside them."""
    before, after = alone["latency"]["p50"], beside["latency"].get("p50", float("inf"))
    errors = sum(beside["errors"].values())
    return Finding(
        what,
        f"p50 beside them {after * 1000:.0f} ms, alone {before * 1000:.0f} ms; {errors} errors",
        "no errors, at most twice as slow",
        errors == 0 and after <= 2 * before,
    )


async def hung_up(server: servers.Server, texts: list[str]) -> Finding:
    """Let callers hang up before their answers: their posts must not be read in vain."""
    gone = await misuse.hang_up(server.port, 200, texts[:32])
    began = time.perf_counter()
    async with httpx2.AsyncClient(timeout=120) as client:
        answer = await client.post(server.url, json={"text": texts[0]})
    spent = time.perf_counter() - began
    return Finding(
        f"{gone} callers of 32 posts hang up",
        f"the next post is answered with {answer.status_code} after {spent:.2f} s",
        "200, without reading theirs first",
        answer.status_code == 200 and spent <= 5.0,
    )


def invariant(server: servers.Server, texts: list[str], times: int) -> list[Finding]:
    """Score five posts of different lengths again and again among random neighbours."""
    by_length = sorted(texts, key=len)
    chosen = [by_length[len(texts) * share // 100] for share in (5, 30, 60, 90, 99)]
    seen = asyncio.run(faults.among_neighbours(server, texts, chosen, times))
    return [
        Finding(
            f"{len(chosen)} posts {times} times each among random neighbours",
            f"scores differ by at most {seen['largest']:.6f}; "
            f"{seen['suggestions_changed']:.0f} suggestions changed",
            "≤ 0.005",
            seen["largest"] <= 0.005,
        )
    ]


def killed(server: servers.Server, texts: list[str], seconds: float) -> list[Finding]:
    """Kill the service under load and look for what it had answered."""
    seen = faults.kill_and_restart(server, texts, min(5.0, seconds))
    return [
        Finding(
            "kill -9 under load, restart",
            f"{seen['answered']:,} decisions answered before, {seen['lost']} of them not in the "
            f"store; ready again after {seen['restart_s']:.1f} s",
            "none lost",
            seen["answered"] > 0 and seen["lost"] == 0,
        )
    ]


def ended(server: servers.Server, texts: list[str]) -> list[Finding]:
    """Ask the service to end while requests wait."""
    statuses = asyncio.run(faults.finishes(server, texts[:16], 24))
    status = server.process.wait(60)
    lost = {name: count for name, count in statuses.items() if name not in ("200", "429")}
    return [
        Finding(
            "SIGTERM while 24 requests wait",
            f"{statuses.get('200', 0)} answered, {statuses.get('429', 0)} refused, "
            f"others {lost or 'none'}; exit status {status}",
            "what was accepted is answered",
            not lost and status == 0 and statuses.get("200", 0) > 0,
        )
    ]


def publish(found: list[Finding], about: dict[str, Any], options: argparse.Namespace) -> None:
    """Print and write the table."""
    cells = [one.cells() for one in found]
    report.show("Overload", HEAD, cells)
    arguments = [word for word in sys.argv[1:] if not word.startswith("/")]
    told = (
        f"Written by `make overload ARGS={shlex.quote(shlex.join(arguments))}`; do not edit. "
        f"{about['name']} in {about['precision']}, MINGJIAN_DEADLINE_S={options.deadline:g}, score "
        f"cache and sharing off, {options.seconds:g} s a load, client on the same cores."
    )
    page = ["# Overload", told, report.markdown(HEAD, cells)]
    page.append(report.machine_line(machine.describe()))
    options.results.mkdir(exist_ok=True)
    (options.results / "overload.md").write_text("\n\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
