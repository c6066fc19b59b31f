"""Alive at once, ready only after the self-test, and never ready with a damaged release."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from models.layout import Layout
from models.scorer import Scorer
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import wait_until
from tests.tiny import NAME


def test_ready_names_the_release(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready", "release": NAME}


def test_not_ready_while_loading(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    may_load = threading.Event()
    really_open = Scorer.open

    def slowly(*given: object, **options: object) -> Scorer:
        may_load.wait()
        return really_open(*given, **options)

    monkeypatch.setattr(Scorer, "open", slowly)
    with TestClient(create_app(settings)) as client:
        try:
            assert client.get("/health/live").status_code == 200
            for response in (
                client.get("/health/ready"),
                client.get("/release"),
                client.post("/score", json={"text": "今天"}),
            ):
                assert response.status_code == 503
                assert response.json()["code"] == "not_ready"
                assert response.headers["retry-after"] == "1"
        finally:
            may_load.set()
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        assert client.post("/score", json={"text": "今天"}).status_code == 200


def test_a_damaged_release_is_never_ready(release_copy: Path) -> None:
    graph = Layout(release_copy).graph_weights
    graph.write_bytes(graph.read_bytes()[:-1] + b"?")
    app = create_app(Settings(release=str(release_copy)))
    told = threading.Event()
    app.state.mingjian.on_refusal = told.set
    with TestClient(app) as client:
        assert told.wait(30)
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert "log" in response.json()["detail"]
        assert str(release_copy) not in response.text
        assert client.get("/health/live").status_code == 200
