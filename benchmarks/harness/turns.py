"""Taking turns: one subject is measured while every other server is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import orjson

from benchmarks.harness import servers
from benchmarks.harness.bare import Bare
from benchmarks.harness.figures import BARE, BATCHES, FILE, SHAPES, Rows
from benchmarks.harness.load import FORMS, Shape
from benchmarks.harness.workload import ROOT, read_texts
from models.jsonfile import read_object
from models.layout import Layout
from service.batch import CHUNK_LINES

CHILD_WITHIN_S = 900.0


@dataclass
class Subject:
    """What takes a turn: a running server under clients of the shapes that it is asked."""

    name: str
    release: str
    server: servers.Server
    precision: str
    shapes: Sequence[str] = tuple(SHAPES)
    repeated: float | None = None


@dataclass
class Contest:
    """One run: its posts, how long each turn takes, and what it found so far."""

    posts: Path
    folder: Path
    seconds: float
    rows: Rows = field(default_factory=Rows)
    facts: dict[str, Any] = field(default_factory=dict)

    def serve(self, subject: Subject, number: int) -> None:
        """Measure a server under each of its shapes; it stops again afterwards."""
        server = subject.server
        server.resume()
        for shape in subject.shapes:
            connections, per_request = SHAPES[shape]
            before = server.cpu_s()
            seen = self.load(
                server,
                connections,
                per_request,
                self.seconds,
                repeated=subject.repeated,
                seed=number,
            )
            row = self.rows.row(subject.release, subject.name, shape, subject.precision)
            row.rates.append(seen["rate"])
            row.latencies.append(seen["latency"])
            row.client_cpu.append(seen["client_cpu"])
            asked = seen["posts"] + seen["warm_posts"]
            row.cpu_s.append((server.cpu_s() - before) / max(1, asked))
            row.errors += sum(seen["errors"].values())
        key = f"{subject.release}: {subject.name}"
        self.facts.setdefault("rss_mb", {})[key] = round(server.rss() / 1e6)
        server.pause()

    def load(
        self,
        server: servers.Server,
        connections: int,
        per_request: int,
        seconds: float,
        *,
        repeated: float | None = None,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Run a client against a server and return what it saw (see `load.Seen`)."""
        shape = Shape(
            url=server.url,
            form=server.command.form,
            posts=str(self.posts),
            connections=connections,
            per_request=per_request,
            seconds=seconds,
            warm=1 if per_request > 1 or connections > 1 else 5,
            repeated=repeated,
            seed=seed,
        )
        seen = child("benchmarks.harness.load", asdict(shape))
        return seen | {"warm_posts": shape.warm * connections * per_request}

    def call_bare(self, release: str, folder: Path, precision: str, **more: Any) -> dict[str, Any]:
        """Run the bare runtime and return what it did (see `bare.Called`)."""
        spec = Bare(str(folder), precision, str(self.posts), BATCHES, self.seconds)
        return child("benchmarks.harness.bare", asdict(replace(spec, **more)))

    def bare(self, release: str, folder: Path, precision: str) -> dict[str, Any]:
        """Measure the bare runtime and keep its rows."""
        called = self.call_bare(release, folder, precision)
        for size in BATCHES:
            row = self.rows.row(release, BARE, f"batch {size}", precision)
            row.rates.append(called["rates"][str(size)])
            row.latencies.append({"p50": called["call_s"][str(size)]})
        return called

    def file(self, release: str, folder: Path, precision: str, posts: Path) -> None:
        """Measure `mingjian score` on a file: posts a second from its first results to its last."""
        done = score_file(posts, self.folder, folder)
        row = self.rows.row(release, FILE, "file", precision)
        row.rates.append(done.rate)
        row.cpu_s.append(done.cpu_s / done.posts)
        self.facts.setdefault("file", {})[release] = {
            "posts": done.posts,
            "seconds": round(done.seconds, 1),
            "first_s": round(done.first_s, 1),
            "peak_rss_mb": round(done.peak_rss / 1e6),
        }


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file that was scored: `rate` is that between its first results and its last."""

    posts: int
    rate: float
    seconds: float
    first_s: float
    cpu_s: float
    peak_rss: int


def child(module: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Run a measuring process and return the JSON it prints.

    Raises RuntimeError with what it said when it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, orjson.dumps(spec).decode()],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=CHILD_WITHIN_S,
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr.decode()[-2000:]}")
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def score_file(posts: Path, folder: Path, release: Path) -> FileDone:
    """Run `mingjian score` as a user would, on more posts than it writes at a time.

    Its start and its first results are left out of the rate: of 100,000 posts they are little, of
    the few thousand that a benchmark has time for they are much. Raises RuntimeError when it fails.
    """
    out = folder / "scores.jsonl"
    out.write_bytes(b"")
    program = str(Path(sys.executable).with_name("mingjian"))
    began = time.perf_counter()
    with (folder / "score.log").open("w+b") as log:
        process = subprocess.Popen(
            [program, "score", str(posts), "--out", str(out), "--release", str(release)],
            cwd=ROOT,
            stderr=log,
        )
        written = _watch(process, out, began)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said = Path(log.name).read_text("utf-8")[-1000:]
            raise RuntimeError(f"mingjian score failed: {said}")
    seconds = time.perf_counter() - began
    first = next((one for one in written if one[1] >= CHUNK_LINES), (0.0, 0))
    total = out.read_bytes().count(b"\n")
    last = next((at for at, lines in written if lines == total), seconds)
    return FileDone(
        posts=total,
        rate=(total - first[1]) / (last - first[0]) if total > first[1] else total / seconds,
        seconds=seconds,
        first_s=first[0],
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_rss=usage.ru_maxrss * 1024,
    )


def _watch(process: subprocess.Popen[bytes], out: Path, began: float) -> list[tuple[float, int]]:
    """Return when how many lines were there, until the process has ended."""
    written: list[tuple[float, int]] = []
    lines = 0
    with out.open("rb") as file:
        # WNOWAIT leaves the process for wait4, which tells what it used.
        while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if more := file.read().count(b"\n"):
                lines += more
                written.append((time.perf_counter() - began, lines))
            time.sleep(0.05)
        written.append((time.perf_counter() - began, lines + file.read().count(b"\n")))
    return written


def enter(
    stack: ExitStack, command: servers.Command, name: str, release: str, folder: Path
) -> Subject:
    """Start a server for the whole run; it stops until its turn."""
    server = stack.enter_context(servers.running(command, folder))
    precision = command.precision or str(served(server)["precision"])
    stack.callback(server.resume)
    server.pause()
    return Subject(name, release, server, precision)


def served(server: servers.Server) -> dict[str, Any]:
    """Return what a running Mingjian says of its release."""
    found: dict[str, Any] = httpx2.get(f"{server.base}/release", timeout=30).json()
    return found


def same_weights(
    subject: Subject, release: Path, posts: Path, expected: list[list[float]]
) -> float:
    """Return the largest difference of a peer's probabilities from those of the bare runtime."""
    labels = read_object(Layout(release).config)["id2label"]
    texts = read_texts(posts)[: len(expected)]
    server = subject.server
    server.resume()
    answer = httpx2.post(server.url, json=FORMS[server.command.form](texts), timeout=120).json()
    server.pause()
    found = answer["data"] if isinstance(answer, dict) else answer
    by_name = [{one["label"]: one["score"] for one in post} for post in found]
    return max(
        abs(scores[labels[str(place)]] - value)
        for scores, row in zip(by_name, expected, strict=True)
        for place, value in enumerate(row)
    )
