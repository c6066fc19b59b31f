"""Another release takes over while requests run, and a damaged one never does."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models import release as releases
from models.jsonfile import write_json
from models.layout import Layout
from models.manifest import write_manifest
from tests.service.conftest import wait_until
from tests.tiny import build_base_model, build_release


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, tiny_release: Path) -> Path:
    """A folder of releases: the one that is served, another one, one that fails its test."""
    folder = tmp_path_factory.mktemp("shelf")
    base = build_base_model(folder / "base", seed=8)
    build_release(folder / "another", base, name="another")
    broken = Path(shutil.copytree(folder / "another", folder / "broken"))
    golden = Layout(broken).golden
    golden.write_text(golden.read_text().replace('"rumour":0.', '"rumour":7.'))
    write_manifest(broken, "broken")
    damaged = Path(shutil.copytree(folder / "another", folder / "damaged"))
    write_json(Layout(damaged).thresholds, {})
    shutil.copytree(tiny_release, folder / "first")
    return folder


@pytest.fixture
def url(live_url: str, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(releases, "RELEASES", shelf)
    yield live_url
    assert put(live_url, None).status_code == 200


def put(url: str, name: object) -> httpx2.Response:
    return httpx2.put(f"{url}/release", json={"name": name}, timeout=120)


def test_no_request_fails_while_releases_change(url: str) -> None:
    first = put(url, "first").json()["name"]
    stop = threading.Event()

    def ask(number: int) -> list[tuple[int, str, float]]:
        seen = []
        with httpx2.Client(base_url=url, timeout=120) as client:
            while not stop.is_set():
                items = [{"text": f"今天有雨{number}"}, {"text": "点击领奖" * 50}]
                answer = client.post("/score", json={"items": items})
                body = answer.json()
                scores = [result["scores"]["rumour"] for result in body["results"]]
                seen.append((answer.status_code, body["release"], scores[1]))
        return seen

    with ThreadPoolExecutor(6) as pool:
        asking = [pool.submit(ask, number) for number in range(6)]
        try:
            for name in ("another", "first", "another"):
                answer = put(url, name)
                assert answer.status_code == 200
                assert httpx2.get(f"{url}/release").json() == answer.json()
        finally:
            stop.set()
        seen = [one for asked in asking for one in asked.result()]
    assert {status for status, _, _ in seen} == {200}
    assert {name for _, name, _ in seen} == {first, "another"}
    # The scores are those of the release that is named, whatever the cache held.
    for name in (first, "another"):
        scores = [score for _, named, score in seen if named == name]
        assert max(scores) - min(scores) < 1e-3
    assert len({round(score, 3) for _, _, score in seen}) == 2


@pytest.mark.parametrize("name", ["broken", "damaged", "not-there"])
def test_a_release_that_cannot_be_served_is_refused(url: str, name: str) -> None:
    before = httpx2.get(f"{url}/release").json()["name"]
    answer = put(url, name)
    assert answer.status_code == 422
    assert answer.json()["code"] == "release_refused"
    assert httpx2.get(f"{url}/release").json()["name"] == before
    assert httpx2.post(f"{url}/score", json={"text": "今天"}).status_code == 200


@pytest.mark.parametrize("name", ["../first", "", 7, "/etc"])
def test_a_name_is_no_path(url: str, name: object) -> None:
    answer = put(url, name)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


def test_thresholds_words_and_debunks_follow(url: str, shelf: Path) -> None:
    with httpx2.Client(base_url=url, timeout=120) as client:
        claim = "喝醋能治百病，医院不敢说。"
        made = client.post("/debunks", json={"claim": claim, "verdict": "false"}).json()["id"]
        assert put(url, "another").status_code == 200
        result = client.post("/score", json={"text": claim}).json()["results"][0]
        assert [debunk["id"] for debunk in result["debunks"]][:1] == [made]
        receipt = client.get(f"/decisions/{result['decision_id']}").json()
        assert receipt["versions"]["release"] == "another"
        metrics = client.get("/metrics").text
        wait_until(lambda: 'name="another"' in metrics)
        assert metrics.count("\nmingjian_release{") == 1
