"""Logs are JSON lines that never hold the text of a post."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from fastapi.testclient import TestClient
from structlog.typing import EventDict

from models.scorer import Scorer
from service.app import create_app
from service.logs import configure_logs
from service.settings import Settings
from tests.service.conftest import wait_until

TEXT = "这条帖子绝不能出现在日志里"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("debug", stream)
    yield stream
    root.handlers[:], root.level = kept
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_requests_are_logged_without_their_text(settings: Settings, logged: io.StringIO) -> None:
    with TestClient(create_app(settings)) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        sent = client.post("/score", json={"text": TEXT, "title": TEXT, "id": TEXT})
        assert sent.status_code == 200
        client.post("/score", json={"items": [{"text": "", "id": TEXT, TEXT: 1}]})
        client.post("/score", json={TEXT: TEXT, "policy": TEXT})
        client.post("/score", content=TEXT)
        client.post("/score", json={"text": TEXT * 2000})
        client.get(f"/{TEXT}?q={TEXT}", headers={"X-Request-Id": "sane"})
    assert TEXT not in logged.getvalue()
    assert TEXT.encode("unicode_escape").decode() not in logged.getvalue()
    requests = [line for line in lines(logged) if line["event"] == "request"]
    scored = next(line for line in requests if line["status"] == 200 and line["route"] == "/score")
    assert scored["request_id"] == sent.headers["x-request-id"]
    assert scored["items"] == 1
    assert scored["ms"] > 0
    assert {"normalise", "tokenise", "infer"} <= set(scored["stages"])
    assert requests[-1]["request_id"] == "sane"
    assert any(line["event"] == "ready" for line in lines(logged))


def test_a_bug_is_logged_by_its_places(
    settings: Settings, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_scorer: Scorer, reading: object) -> None:
        raise ValueError(f"cannot read {reading}")

    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        monkeypatch.setattr(Scorer, "tokenise", fail)
        response = client.post("/score", json={"text": TEXT})
    assert response.status_code == 500
    bug = next(line for line in lines(logged) if line["event"] == "bug")
    assert bug["exception"] == "ValueError"
    assert any("in_executor" in place or "prepare" in place for place in bug["places"])
    assert bug["request_id"] == response.json()["request_id"]
    assert TEXT not in logged.getvalue()


def test_lines_of_libraries_have_the_same_form(logged: io.StringIO) -> None:
    try:
        raise ValueError(TEXT)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    (line,) = lines(logged)
    assert line["event"] == "Exception in ASGI application"
    assert line["exception"] == "ValueError"
    assert TEXT not in logged.getvalue()


def test_what_is_not_written_is_not_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    prepared: list[str] = []

    def merge(_logger: object, _method: str, event: EventDict) -> EventDict:
        prepared.append(str(event["event"]))
        return event

    monkeypatch.setattr(structlog.contextvars, "merge_contextvars", merge)
    stream = io.StringIO()
    configure_logs("warning", stream)
    try:
        log = structlog.get_logger("service.test")
        log.info("quiet")
        log.warning("loud")
    finally:
        root.handlers[:], root.level = kept
        structlog.reset_defaults()
    assert prepared == ["loud"]
    assert [line["event"] for line in lines(stream)] == ["loud"]
