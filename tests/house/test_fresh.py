"""A fresh clone, a fresh environment, the two commands of the image: does it answer?"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.project import ROOT, project_files

INSTALL = ("make", "install")
START = ("make", "serve")
READY_WITHIN_S = 60  # five on a quiet machine; the tests may share theirs
INSTALLED_WITHIN_S = 300  # two minutes at most on a usual line
POST = "转发到五个群，明天你的微信就会自动升级，不转的会被封号！"


def bare_environment() -> dict[str, str]:
    """The environment of a shell that knows nothing of this project or of an outer make."""
    strange = ("MAKE", "MINGJIAN_", "MFLAGS", "PYTEST", "PYTHON", "VIRTUAL_ENV", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the working tree as git sees it, installed for serving; removed afterwards."""
    folder = tmp_path_factory.mktemp("fresh") / "mingjian"
    for path in project_files():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    subprocess.run(
        INSTALL, cwd=folder, check=True, env=bare_environment(), timeout=INSTALLED_WITHIN_S
    )
    yield folder
    shutil.rmtree(folder)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`make serve` in the folder, ready to answer; killed if it is still there at the end."""
    process = subprocess.Popen(
        [*START, f"PORT={port}"], cwd=folder, env=bare_environment(), start_new_session=True
    )
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "`make serve` ended before it was ready"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"`make serve` was not ready after {READY_WITHIN_S} seconds")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.fresh
def test_serving_needs_nothing_but_the_clone(clone: Path) -> None:
    port = free_port()
    with serving(clone, port) as process:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/score",
            data=json.dumps({"text": POST}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        with pytest.raises(ConnectionRefusedError):  # nothing is left behind
            socket.create_connection(("127.0.0.1", port), timeout=5)
    assert answer["results"][0]["status"] == 200
    assert 0 <= answer["results"][0]["scores"]["rumour"] <= 1


@pytest.mark.fresh
def test_a_second_run_installs_nothing(clone: Path) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", *START[1:]],
        cwd=clone,
        check=True,
        env=bare_environment(),
        capture_output=True,
        text=True,
    ).stdout
    assert "install" not in planned


@pytest.mark.fresh
def test_the_serving_install_has_no_training_library(clone: Path) -> None:
    installed = {path.name for path in clone.glob(".venv/lib/python*/site-packages/*")}
    assert not installed & {"torch", "transformers", "datasets", "sklearn"}
