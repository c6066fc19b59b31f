"""The servers that are measured: started as their users would, stopped while others run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import uuid4

import psutil

from benchmarks.harness.workload import ROOT
from service.settings import PREFIX, Settings

PEERS = ROOT / ".bench"
READY_WITHIN_S = 90.0
# What spares work on a post seen before: off wherever a ratio is taken.
SPARING_OFF = {"CACHE_BYTES": "0", "DEDUPLICATE": "false"}


@dataclass(frozen=True)
class Command:
    """How a server is started. In `argv`, {port} becomes a free one; `ready` answers 200 then.

    `form` is how it wants its posts (see `load.FORMS`).
    """

    name: str
    argv: tuple[str, ...]
    path: str
    ready: str
    form: str
    precision: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A running server; `started_s` is the time from its start until it was ready."""

    command: Command
    process: subprocess.Popen[bytes]
    port: int
    started_s: float
    log: Path

    @property
    def base(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where posts are sent."""
        return self.base + self.command.path

    def pause(self) -> None:
        """Stop every process of it: it cannot take time from what is measured meanwhile."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power failure would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self, timeout: float = 60.0) -> int:
        """Ask it to end and return its exit status."""
        self.resume()
        self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def rss(self) -> int:
        """Bytes of memory that it holds now, children included."""
        return sum(one.memory_info().rss for one in self._processes())

    def cpu_s(self) -> float:
        """Seconds of processor time it has used."""
        return sum(sum(one.cpu_times()[:2]) for one in self._processes())

    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


def mingjian(
    folder: Path, release: str | None = None, settings: Mapping[str, str] | None = None
) -> Command:
    """Return how Mingjian is served with a store of its own in `folder`, kept over restarts.

    `settings` are names without their prefix; one that this version has no setting for is left
    out, since it has nothing to turn off then.
    """
    chosen = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/{uuid4().hex}.db",
        "LOG_LEVEL": "warning",
    }
    chosen |= {"RELEASE": release} if release else {}
    chosen |= settings or {}
    known = {name: value for name, value in chosen.items() if name.lower() in Settings.model_fields}
    return Command(
        name="mingjian",
        argv=(str(Path(sys.executable).with_name("mingjian")), "serve"),
        path="/score",
        ready="/health/ready",
        form="mingjian",
        precision="",
        environment={PREFIX + name: value for name, value in known.items()},
    )


def pipeline(release: Path, dtype: str) -> Command:
    """Return how the transformers pipeline is served behind FastAPI."""
    serve = ROOT / "benchmarks" / "peers" / "pipeline_server.py"
    return Command(
        name="pipeline",
        argv=(_program("pipeline", "python"), str(serve), str(release), "{port}", dtype),
        path="/classify",
        ready="/health",
        form="pipeline",
        precision=dtype,
    )


def infinity(release: Path, dtype: str) -> Command:
    """Return how infinity_emb serves the same weights with its torch engine."""
    options = {
        "--model-id": str(release),
        "--served-model-name": "bench",
        "--engine": "torch",
        "--device": "cpu",
        "--dtype": dtype,
        "--host": "127.0.0.1",
        "--port": "{port}",
        "--log-level": "warning",
    }
    flat = [word for pair in options.items() for word in pair]
    return Command(
        name="infinity",
        argv=(_program("infinity", "infinity_emb"), "v2", *flat, "--no-model-warmup"),
        path="/classify",
        ready="/health",
        form="infinity",
        precision=dtype,
        environment={"DO_NOT_TRACK": "1"},
    )


def installed(peer: str) -> bool:
    """Tell whether the environment of a peer is there."""
    return Path(_program(peer, "python")).is_file()


def _program(peer: str, name: str) -> str:
    return str(PEERS / peer / "bin" / name)


@contextmanager
def running(command: Command, logs: Path) -> Iterator[Server]:
    """Start a server, wait until it is ready, and end it; its output goes to a file in `logs`."""
    with (logs / f"{command.name}.log").open("ab") as log:
        server = start(command, log)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.end()


def start(command: Command, log: IO[bytes]) -> Server:
    """Start a server and return when it is ready.

    Raises RuntimeError with the last lines of its output when it ends or takes too long.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if PREFIX not in name}
    environment |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", f"{PREFIX}PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [word.replace("{port}", str(port)) for word in command.argv],
        cwd=ROOT,
        env=environment | dict(command.environment),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    while time.perf_counter() - began < READY_WITHIN_S:
        if process.poll() is not None:
            break
        if _answers(f"http://127.0.0.1:{port}{command.ready}"):
            return Server(command, process, port, time.perf_counter() - began, Path(log.name))
        time.sleep(0.1)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    said = Path(log.name).read_text("utf-8", "replace")[-1500:]
    raise RuntimeError(f"{command.name} did not get ready; it said:\n{said}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
