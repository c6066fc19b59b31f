"""An application on the tiny release, called in process, and the same behind a real server."""

from __future__ import annotations

import json
import os
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
from tests.service.databases import anyio_backend, database, database_url, postgresql

__all__ = ["anyio_backend", "database", "database_url", "postgresql"]

READY_WITHIN_S = 120
# What a TestClient calls the service, which answers to names of this machine only.
os.environ["MINGJIAN_ALLOWED_HOSTS"] = "testserver"
Post = Callable[..., Any]


def wait_until(holds: Callable[[], bool], seconds: float = READY_WITHIN_S) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def new_database(folder: Path) -> str:
    """Return the address of a database that does not exist yet."""
    return f"sqlite+aiosqlite:///{folder}/m.db"


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application or process that a test starts by itself gets a database of its own."""
    monkeypatch.setenv("MINGJIAN_DATABASE_URL", new_database(tmp_path))


@pytest.fixture(scope="session")
def settings(tiny_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        release=str(tiny_release),
        database_url=new_database(tmp_path_factory.mktemp("database")),
        precision="f32",
        threads=1,
    )


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
def live_url(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server on a free port, with a database that it may spoil."""
    own = new_database(tmp_path_factory.mktemp("live"))
    settings = settings.model_copy(update={"database_url": own})
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=0, log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    wait_until(lambda: server.config.app.state.mingjian.ready)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
