"""A file is timed between its first results and its last; a server starts, pauses, ends."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from benchmarks.harness import servers
from benchmarks.harness.turns import score_file, served
from benchmarks.harness.workload import write_texts
from service.batch import CHUNK_LINES
from service.settings import PREFIX


def test_a_file_is_timed_once_it_has_begun(tiny_release: Path, tmp_path: Path) -> None:
    posts = write_texts([f"今天第{n}次下雨" for n in range(CHUNK_LINES + 100)], tmp_path / "in")
    done = score_file(posts, tmp_path, tiny_release)
    assert done.posts == CHUNK_LINES + 100
    assert 0 < done.first_s <= done.seconds
    assert done.rate > 0
    assert done.peak_rss > 10 << 20


def test_a_server_runs_stands_still_and_ends(tiny_release: Path, tmp_path: Path) -> None:
    command = servers.mingjian(tmp_path, str(tiny_release), {"PRECISION": "f32"})
    with servers.running(command, tmp_path) as server:
        assert served(server)["precision"] == "f32"
        server.pause()
        with pytest.raises(httpx2.TimeoutException):
            httpx2.get(f"{server.base}/health/live", timeout=0.2)
        server.resume()
        assert httpx2.post(server.url, json={"text": "今天下雨"}, timeout=60).status_code == 200
        assert server.rss() > 10 << 20
        assert server.cpu_s() > 0
        assert server.end() == 0


def test_only_settings_that_exist_are_passed(tmp_path: Path) -> None:
    command = servers.mingjian(tmp_path, None, {"CACHE_BYTES": "0", "NOT_A_SETTING": "1"})
    assert command.environment[f"{PREFIX}CACHE_BYTES"] == "0"
    assert not [name for name in command.environment if "NOT_A" in name or "RELEASE" in name]


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = servers.mingjian(tmp_path, str(tmp_path / "no-release"))
    with (
        pytest.raises(RuntimeError, match="no-release"),
        servers.running(command, tmp_path),
    ):
        pass
