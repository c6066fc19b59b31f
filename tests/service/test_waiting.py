"""Deadlines and callers who leave."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import httpx2
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from models.runtime import OpenVinoBackend
from service.app import create_app
from service.errors import ClientGone
from service.settings import Settings
from service.waiting import answer_in_time
from tests.service.conftest import wait_until
from tests.tiny import random_posts


def test_a_missed_deadline_is_told(tiny_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(release=str(tiny_release), precision="f32", threads=1, deadline_s=0.2)
    with TestClient(create_app(settings)) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        really_infer = OpenVinoBackend.infer

        def slowly(*given: object) -> object:
            time.sleep(0.4)
            return really_infer(*given)

        monkeypatch.setattr(OpenVinoBackend, "infer", slowly)
        response = client.post("/score", json={"text": "今天"})
        assert response.status_code == 503
        assert response.json()["code"] == "deadline_exceeded"
        assert "MINGJIAN_DEADLINE_S" in response.json()["detail"]
        assert int(response.headers["retry-after"]) >= 1


def test_a_full_queue_is_told(tiny_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        release=str(tiny_release), precision="f32", threads=1, queue_tokens=512, batch_tokens=512
    )
    with TestClient(create_app(settings)) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        go = threading.Event()
        really_infer = OpenVinoBackend.infer

        def held(*given: object) -> object:
            assert go.wait(20)
            return really_infer(*given)

        monkeypatch.setattr(OpenVinoBackend, "infer", held)
        answers: list[httpx2.Response] = []
        body = {"items": [{"text": f"{number}{'今天' * 20}"} for number in range(256)]}
        first = threading.Thread(target=lambda: answers.append(client.post("/score", json=body)))
        first.start()
        state = client.app.state.mingjian
        wait_until(lambda: state.scoring.engine.waiting_tokens > 0)
        refused = client.post("/score", json={"text": "今天"})
        go.set()
        first.join()
        assert refused.status_code == 429
        assert refused.json()["code"] == "overloaded"
        assert int(refused.headers["retry-after"]) >= 1
        assert answers[0].status_code == 200


def test_work_stops_when_the_caller_leaves() -> None:
    stopped = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    async def run() -> None:
        async def receive() -> dict[str, str]:
            await asyncio.sleep(0.05)
            return {"type": "http.disconnect"}

        with pytest.raises(ClientGone):
            await answer_in_time(Request({"type": "http"}, receive), work(), 60)

    asyncio.run(run())
    assert stopped == [True]


def test_a_caller_who_leaves_is_counted_and_does_no_harm(live_url: str) -> None:
    text = "".join(sent.text for sent in random_posts(300))[:15_000]
    body = {"items": [{"text": text}] * 13}
    with pytest.raises(httpx2.TimeoutException):
        httpx2.post(f"{live_url}/score", json=body, timeout=0.05)
    assert httpx2.post(f"{live_url}/score", json={"text": "今天"}, timeout=120).status_code == 200
