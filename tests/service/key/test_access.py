"""Keys over HTTP: who passes, who is refused and with what."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from service.app import create_app
from service.key import service
from service.key.secret import Secret, new_secret
from service.logs import configure_logs
from service.settings import Settings
from service.wire import Problem
from tests.service.conftest import new_database, wait_until
from tests.service.key.made import bearer, make_key, revoke_key

TEXT = {"text": "今天下雨，出门记得带伞。"}
# Rules that members are held to are for everyone to read.
OPEN_CALLS = {
    ("get", "/health/live"),
    ("get", "/health/ready"),
    ("get", "/rules"),
    ("get", "/rules/{id}"),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return new_database(tmp_path_factory.mktemp("keyed"))


@pytest.fixture(scope="module")
def keys(url: str) -> dict[str, Secret]:
    made = {scope: make_key(url, scope, scope=scope) for scope in ("score", "review", "admin")}
    made["small"] = make_key(url, "small", per_minute=4)
    made["daily"] = make_key(url, "daily", per_day=3)
    made["leaving"] = make_key(url, "leaving")
    return made


@pytest.fixture(scope="module")
def keyed(settings: Settings, url: str, keys: dict[str, Secret]) -> Iterator[TestClient]:
    """An application that demands keys."""
    assert keys
    changed = settings.model_copy(update={"require_keys": True, "database_url": url})
    with TestClient(create_app(changed), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        yield client


def score(client: TestClient, headers: dict[str, str] | None = None, posts: int = 1) -> Any:
    body = TEXT if posts == 1 else {"items": [TEXT] * posts}
    return client.post("/score", json=body, headers=headers)


def problem(response: Any, status: int, code: str) -> Problem:
    assert response.status_code == status, response.text
    found = Problem.model_validate(response.json())
    assert found.code == code
    return found


def test_a_key_opens_what_its_scope_holds(keyed: TestClient, keys: dict[str, Secret]) -> None:
    assert score(keyed, bearer(keys["score"])).status_code == 200
    assert score(keyed, bearer(keys["admin"])).status_code == 200
    found = problem(keyed.get("/feedback", headers=bearer(keys["score"])), 403, "scope_missing")
    assert "review" in found.detail
    for scope in ("review", "admin"):
        assert keyed.get("/feedback", headers=bearer(keys[scope])).status_code == 200


def test_without_a_key_the_remedy_is_told(keyed: TestClient) -> None:
    response = score(keyed)
    assert "mingjian keys create" in problem(response, 401, "key_missing").detail
    assert response.headers["www-authenticate"] == 'Bearer realm="mingjian"'


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Basic abc", "Bearer x", "bearer mj_a_b", "x" * 5000, ""]
)
def test_a_wrong_key_is_refused(keyed: TestClient, value: str) -> None:
    response = score(keyed, {"Authorization": value})
    problem(response, 401, "key_invalid")
    assert value[7:] == "" or value[7:] not in response.text


def test_two_keys_are_refused(keyed: TestClient, keys: dict[str, Secret]) -> None:
    headers = [("Authorization", f"Bearer {keys['score'].text}")] * 2
    problem(keyed.post("/score", json=TEXT, headers=headers), 401, "key_invalid")


def test_the_word_bearer_may_be_written_as_one_likes(
    keyed: TestClient, keys: dict[str, Secret]
) -> None:
    headers = {"Authorization": f"BEARER  {keys['score'].text} "}
    assert score(keyed, headers).status_code == 200


def test_health_and_docs_stay_open(keyed: TestClient) -> None:
    for path in ("/health/live", "/health/ready", "/docs", "/openapi.json"):
        assert keyed.get(path).status_code == 200


def test_metrics_need_any_key(keyed: TestClient, keys: dict[str, Secret]) -> None:
    problem(keyed.get("/metrics"), 401, "key_missing")
    assert keyed.get("/metrics", headers=bearer(keys["score"])).status_code == 200


def test_a_minute_is_kept_and_counts_posts(keyed: TestClient, keys: dict[str, Secret]) -> None:
    headers = bearer(keys["small"])
    assert score(keyed, headers, posts=3).status_code == 200
    refused = score(keyed, headers, posts=2)
    problem(refused, 429, "over_quota")
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_a_day_is_kept(keyed: TestClient, keys: dict[str, Secret]) -> None:
    headers = bearer(keys["daily"])
    assert score(keyed, headers, posts=3).status_code == 200
    assert "a day" in problem(score(keyed, headers), 429, "over_quota").detail


def test_a_revoked_key_and_a_new_one_are_seen_within_seconds(
    keyed: TestClient, keys: dict[str, Secret], url: str
) -> None:
    headers = bearer(keys["leaving"])
    assert score(keyed, headers).status_code == 200
    revoke_key(url, keys["leaving"].id)
    new = make_key(url, "new")
    time.sleep(service.FRESH_S)
    assert "revoked" in problem(score(keyed, headers), 401, "key_invalid").detail
    assert score(keyed, bearer(new)).status_code == 200


def test_an_open_service_refuses_a_wrong_key(client: TestClient) -> None:
    problem(score(client, bearer(new_secret())), 401, "key_invalid")
    assert score(client).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Host": "evil.example"}, 403, "foreign_site"),
        ({"Origin": "https://evil.example"}, 403, "foreign_site"),
        ({"X-Forwarded-For": "127.0.0.1"}, 401, "key_missing"),
    ],
)
def test_an_open_service_is_open_to_this_machine_only(
    client: TestClient, headers: dict[str, str], status: int, code: str
) -> None:
    problem(score(client, headers), status, code)
    problem(client.get("/metrics", headers=headers), status, code)


def test_a_key_counts_from_anywhere(keyed: TestClient, keys: dict[str, Secret]) -> None:
    headers = {**bearer(keys["score"]), "Host": "api.example", "X-Forwarded-For": "8.8.8.8"}
    assert score(keyed, headers).status_code == 200


def test_a_service_beyond_loopback_is_never_open(settings: Settings, tmp_path: Path) -> None:
    update = {"host": "0.0.0.0", "database_url": new_database(tmp_path)}
    with TestClient(create_app(settings.model_copy(update=update))) as client:
        for headers in ({}, {"Host": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}):
            problem(score(client, headers), 401, "key_missing")


def test_every_call_demands_a_key_and_says_what_that_means(client: TestClient) -> None:
    """A new endpoint without a caller fails here."""
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if (method, path) in OPEN_CALLS:
                assert "security" not in operation
                continue
            (demanded,) = operation["security"]
            assert demanded["key"] in (["score"], ["review"], ["admin"]), path
            assert {"401", "403", "429"} <= set(operation["responses"])
            assert "Retry-After" in operation["responses"]["429"]["headers"]
            if method in ("put", "patch", "delete"):
                assert demanded["key"] != ["score"], path


def test_no_key_is_ever_logged(
    settings: Settings, keys: dict[str, Secret], url: str, caplog: pytest.LogCaptureFixture
) -> None:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("debug", stream)
    changed = settings.model_copy(update={"require_keys": True, "database_url": url})
    try:
        with TestClient(create_app(changed)) as client:
            wait_until(lambda: client.get("/health/ready").status_code == 200)
            assert score(client, bearer(keys["score"])).status_code == 200
            wrong = new_secret()
            assert score(client, bearer(wrong)).status_code == 401
    finally:
        root.handlers[:], root.level = kept
        structlog.reset_defaults()
    written = stream.getvalue()
    assert keys["score"].secret not in written
    assert keys["score"].hash.hex() not in written
    assert repr(keys["score"].hash)[2:-1] not in written
    assert wrong.secret not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert keys["score"].id in {line.get("key") for line in lines}
