"""How cost grows: with the length of a post, the batch, the connections, the cores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.harness import servers
from benchmarks.harness.turns import Contest, Subject

BATCHES = (1, 2, 4, 8, 16, 32, 64)
CONNECTIONS = (1, 2, 4, 8, 16, 32, 64, 128)
THREADS = (1, 2)
# Of the seconds that a turn takes: there are many points, and their shape is what counts.
SHARE = 0.4

Curve = dict[str, Any]


def measure(contest: Contest, subject: Subject, release: Path) -> dict[str, Curve]:
    """Return every curve of one release; `subject` is the server that runs it."""
    seconds = contest.seconds * SHARE
    called = contest.call_bare(
        subject.release,
        release,
        subject.precision,
        batches=BATCHES,
        seconds=seconds,
        by_length=True,
    )
    return {
        "length": {"tokens_s": called["length_s"]},
        "batch": {"posts_per_s": called["rates"]},
        "connections": by_connections(contest, subject, seconds),
        "cores": by_cores(contest, subject, release, seconds),
    }


def by_connections(contest: Contest, subject: Subject, seconds: float) -> Curve:
    """Return rate and latency of one post a request over more and more connections."""
    subject.server.resume()
    seen = {n: contest.load(subject.server, n, 1, seconds) for n in CONNECTIONS}
    subject.server.pause()
    return {
        "posts_per_s": {str(n): one["rate"] for n, one in seen.items()},
        "p50_s": {str(n): one["latency"].get("p50") for n, one in seen.items()},
        "p99_s": {str(n): one["latency"].get("p99") for n, one in seen.items()},
    }


def by_cores(contest: Contest, subject: Subject, release: Path, seconds: float) -> Curve:
    """Return posts a second of the service and of the bare runtime with 1 and 2 threads."""
    served, bare = {}, {}
    for threads in THREADS:
        command = servers.mingjian(
            contest.folder, str(release), servers.SPARING_OFF | {"THREADS": str(threads)}
        )
        with servers.running(command, contest.folder) as server:
            served[str(threads)] = contest.load(server, 4, 32, seconds)["rate"]
        called = contest.call_bare(
            subject.release,
            release,
            subject.precision,
            batches=(32,),
            seconds=seconds,
            threads=threads,
        )
        bare[str(threads)] = called["rates"]["32"]
    return {"service_posts_per_s": served, "bare_posts_per_s": bare}
