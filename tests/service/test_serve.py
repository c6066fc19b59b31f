"""`mingjian serve` as a process: starts, answers, and finishes what it has accepted."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from models.layout import Layout
from models.manifest import write_manifest
from tests.service.conftest import wait_until
from tests.tiny import edit_json, random_posts

# Room and time, also on a busy machine.
PATIENT = {"QUEUE_TOKENS": "10000000", "DEADLINE_S": "600", "SHUTDOWN_S": "600"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(**settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mingjian.cli", "serve"],
        env={**os.environ, **{f"MINGJIAN_{name}": value for name, value in settings.items()}},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health/ready").status_code == 200
    except httpx2.TransportError:
        return False


def busy(url: str) -> bool:
    """A request has been accepted and waits for the model."""
    metrics = httpx2.get(f"{url}/metrics").text
    queued = re.search(r"^mingjian_queue_tokens (\S+)$", metrics, re.M)
    return bool(queued and float(queued[1]) > 0)


@contextmanager
def serving(release: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = start(PORT=str(port), RELEASE=str(release), PRECISION="f32", THREADS="1", **PATIENT)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(url))
        yield process, url
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopping_service_answers_what_it_has_accepted(
    tiny_release: Path, number: signal.Signals
) -> None:
    with serving(tiny_release) as (process, url):
        text = "".join(sent.text for sent in random_posts(300))[:15_000]
        body = {"items": [{"text": text}] * 13}
        found: list[httpx2.Response] = []
        caller = threading.Thread(
            target=lambda: found.append(httpx2.post(f"{url}/score", json=body, timeout=300))
        )
        caller.start()
        wait_until(lambda: busy(url))
        process.send_signal(number)
        caller.join()
        log = process.communicate(timeout=300)[1]
        assert [response.status_code for response in found] == [200]
        assert process.returncode == 0
        assert [json.loads(line) for line in log.splitlines()][-1]["event"] == "stopped"


def test_a_release_that_does_not_exist_stops_the_start() -> None:
    process = start(RELEASE="no-such-release")
    _, log = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "no-such-release" in log
    assert "Traceback" not in log


def test_a_damaged_release_stops_the_service(release_copy: Path) -> None:
    Layout(release_copy).thresholds.write_text("{}")
    process = start(RELEASE=str(release_copy), PORT=str(free_port()))
    _, log = process.communicate(timeout=300)
    assert process.returncode == 1
    refusal = next(e for e in map(json.loads, log.splitlines()) if e["event"] == "start refused")
    assert "thresholds.json" in refusal["detail"]


def test_a_wrong_setting_stops_the_start() -> None:
    process = start(PORT="eighty")
    _, log = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "MINGJIAN_PORT" in log
    assert "Traceback" not in log


def test_settings_without_effect_are_named(tiny_release: Path) -> None:
    process = start(RELEASE="no-such-release", PROT="1")
    _, log = process.communicate(timeout=300)
    assert "MINGJIAN_PROT" in log


def test_sighup_reads_the_release_again(release_copy: Path) -> None:
    with serving(release_copy) as (process, url):
        before = httpx2.get(f"{url}/release").json()
        edit_json(Layout(release_copy).metrics, read_again=True)
        write_manifest(release_copy, "renamed")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: httpx2.get(f"{url}/release").json()["name"] == "renamed")
        after = httpx2.get(f"{url}/release").json()
        assert after["fingerprint"] != before["fingerprint"]
        # A release that cannot be served changes nothing.
        Layout(release_copy).thresholds.write_text("{}")
        process.send_signal(signal.SIGHUP)
        assert httpx2.post(f"{url}/score", json={"text": "今天"}).status_code == 200
        assert httpx2.get(f"{url}/release").json() == after
