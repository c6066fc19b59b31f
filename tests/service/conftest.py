"""An application on the tiny release, called in process, and the same behind a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings

READY_WITHIN_S = 120
Post = Callable[..., Any]


def wait_until(holds: Callable[[], bool], seconds: float = READY_WITHIN_S) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def settings(tiny_release: Path) -> Settings:
    return Settings(release=str(tiny_release), precision="f32", threads=1)


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        yield client


@pytest.fixture(scope="session")
def post(client: TestClient) -> Post:
    """Send a value to /score and return the response."""

    def send(value: object, **options: Any) -> Any:
        body = json.dumps(value, ensure_ascii=False).encode()
        return client.post("/score", content=body, **options)

    return send


@pytest.fixture(scope="session")
def live_url(settings: Settings) -> Iterator[str]:
    """The address of a real server on a free port."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=0, log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    wait_until(lambda: server.config.app.state.mingjian._scoring is not None)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
