"""One error shape over all routes, documented and without a leak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service import catalogue
from service.app import create_app
from service.errors import DOCUMENTED
from service.settings import Settings
from service.wire import Problem
from tests.service.conftest import wait_until

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
SECRET = "这是一条不该外泄的帖子"


def test_every_code_is_documented_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert rows == [(error.code, str(error.status)) for error in DOCUMENTED]
    assert set(catalogue.PROBLEMS) == {error.code for error in DOCUMENTED}


@pytest.mark.parametrize("path", ["/nope", "/score/", "/release/x", "/static/swagger-ui/nope.js"])
def test_unknown_addresses(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert Problem.model_validate(response.json()).code == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/score", "POST"),
        ("DELETE", "/score", "POST"),
        ("BREW", "/score", "POST"),
        ("POST", "/release", "GET"),
        ("POST", "/static/swagger-ui/swagger-ui.css", "GET, HEAD"),
    ],
)
def test_other_methods(client: TestClient, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    problem = Problem.model_validate(response.json())
    assert problem.code == "method_not_allowed"
    assert allowed in problem.detail


def test_a_bug_tells_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_value: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("service.score.endpoints.read_envelope", fail)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        response = client.post("/score", json={"text": SECRET})
    assert response.status_code == 500
    problem = Problem.model_validate(response.json())
    assert problem.code == "internal"
    assert problem.request_id == response.headers["x-request-id"]
    for word in (SECRET, "RuntimeError", "Traceback"):
        assert word not in response.text
