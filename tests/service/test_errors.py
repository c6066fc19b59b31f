"""One error shape over all routes, documented and without a leak."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import service
from models.errors import InvalidInput, MingjianError, ReleaseError
from service import catalogue
from service.app import create_app
from service.errors import ClientGone, Internal
from service.key.listening import NoKeys
from service.settings import Settings
from service.wire import Problem
from tests.service.conftest import wait_until

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
# Told on the command line, in the log, or to nobody.
NOT_ANSWERED = {InvalidInput.code, ReleaseError.code, ClientGone.code, NoKeys.code}
SECRET = "这是一条不该外泄的帖子"


def refusals() -> dict[str, int]:
    """Code and status of every error that may leave the service."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    found: dict[str, int] = {}
    waiting = [MingjianError]
    while waiting:
        for error in waiting.pop().__subclasses__():
            waiting.append(error)
            found[error.code] = error.status
    return {code: status for code, status in found.items() if code not in NOT_ANSWERED}


def test_every_code_is_documented_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert len(rows) == len({code for code, _ in rows})
    expected = refusals() | {Internal.code: Internal.status}
    assert dict(rows) == {code: str(status) for code, status in expected.items()}
    assert set(catalogue.PROBLEMS) == set(expected)


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


@pytest.mark.parametrize(
    ("address", "pointer", "words"),
    [
        ("/decisions?limit=201", "/limit", "must be at most 200"),
        ("/decisions?limit=x", "/limit", "must be a whole number"),
        ("/decisions?flagged=maybe", "/flagged", "must be true or false"),
        ("/decisions?since=2026-12-01", "/since", "%2B08:00"),
        ("/decisions?since=2026-12-01T00:00:00+08:00", "/since", "%2B08:00"),
        ("/decisions?channel=x", "/channel", "is none of weibo"),
        ("/debunks/search", "/q", "is missing"),
        ("/debunks/search?q=%20", "/q", "holds nothing that can be read"),
        ("/release/thresholds?label=rumour&maximise=all", "/maximise", "must be 'recall'"),
    ],
)
def test_parameters_are_refused_in_our_words(
    client: TestClient, address: str, pointer: str, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == 422
    (fault,) = Problem.model_validate(response.json()).errors
    assert fault.pointer == pointer
    assert fault.detail.startswith(words) or words in fault.detail
    assert "Value error" not in fault.detail


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
