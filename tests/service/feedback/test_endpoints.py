"""Feedback over HTTP, as the contract has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.identifiers import new_id
from service.wire import Problem

TEXT = "本周六社区中心有免费义诊，带上身份证就行。"
Send = Callable[..., Any]


@pytest.fixture
def send(client: TestClient) -> Send:
    def post(value: object, **headers: str) -> Any:
        body = json.dumps(value).encode()
        return client.post("/feedback", content=body, headers=headers)

    return post


def one(**fields: object) -> dict[str, object]:
    return {"items": [{"text": TEXT, "labels": {"rumour": 0}, **fields}]}


def problem(response: Any, status: int, code: str) -> Problem:
    assert response.status_code == status, response.text
    found = Problem.model_validate(response.json())
    assert found.code == code
    return found


def test_from_quarantine_to_export(client: TestClient, send: Send) -> None:
    created = send(one(note="通知属实", by="审核员07", channel="wechat"))
    assert created.status_code == 201
    (identity,) = created.json()["ids"]
    listed = client.get("/feedback", params={"state": "quarantined", "limit": 200}).json()
    (shown,) = [item for item in listed["items"] if item["id"] == identity]
    assert (shown["text"], shown["by"], shown["review"]) == (TEXT, "审核员07", None)
    assert identity not in client.get("/feedback/export").text
    body = {"state": "released", "note": "核对过"}
    released = client.patch(f"/feedback/{identity}", json=body)
    assert released.status_code == 200
    assert released.json()["review"]["note"] == "核对过"
    export = client.get("/feedback/export")
    assert export.headers["content-type"] == "application/x-ndjson"
    (line,) = [json.loads(line) for line in export.text.splitlines() if identity in line]
    assert line["labels"] == {"rumour": 0}
    assert line["register"] == "wechat"


def test_feedback_names_the_author_of_a_bare_text(client: TestClient, send: Send) -> None:
    who = new_id()
    (identity,) = send(one(author_id=who)).json()["ids"]
    (shown,) = [item for item in client.get("/feedback").json()["items"] if item["id"] == identity]
    assert shown["author_id"] == who
    receipt = client.delete(f"/authors/{who}/data").json()
    assert receipt["removed"]["feedback"] == 1
    assert identity not in {item["id"] for item in client.get("/feedback").json()["items"]}


@pytest.mark.parametrize("author_id", ["", "x" * 257, 7])
def test_an_author_that_cannot_be(send: Send, author_id: object) -> None:
    found = problem(send(one(author_id=author_id)), 422, "invalid_request")
    assert found.errors is not None
    assert found.errors[0].pointer == "/items/0/author_id"


def test_feedback_on_a_decision(client: TestClient, send: Send) -> None:
    scored = client.post("/score", json={"text": TEXT}).json()["results"][0]
    assert scored["decision_id"]
    kept = send({"items": [{"decision_id": scored["decision_id"], "labels": {"rumour": 0}}]})
    assert kept.status_code == 201
    quiet = client.post("/score", json={"text": TEXT, "store": False}).json()["results"][0]
    if quiet["decision_id"]:
        refused = send({"items": [{"decision_id": quiet["decision_id"], "labels": {"rumour": 0}}]})
        assert problem(refused, 409, "text_not_stored").errors[0].pointer == "/items/0/decision_id"


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([], ""),
        ({}, "/items"),
        ({"items": []}, "/items"),
        ({"items": [one()["items"][0]] * 101}, "/items"),  # type: ignore[index]
        ({"items": [1]}, "/items/0"),
        ({"items": one()["items"], "more": 1}, "/more"),
        (one(labels={}), "/items/0/labels"),
        (one(labels={"rumour": 2}), "/items/0/labels/rumour"),
        (one(labels={"rumour": True}), "/items/0/labels/rumour"),
        (one(labels={"rumour": "1"}), "/items/0/labels/rumour"),
        (one(labels={"Ad": 1}), "/items/0/labels/Ad"),
        (one(labels={"low_quality.a/b~c": 1}), "/items/0/labels/low_quality.a~1b~0c"),
        (one(labels={"\ud800": 1}), "/items/0/labels"),
        (one(labels=[]), "/items/0/labels"),
        (one(text=""), "/items/0/text"),
        (one(text="\u200b \n"), "/items/0/text"),
        (one(text="\ud83d"), "/items/0/text"),
        (one(text="字" * 20_001), "/items/0/text"),
        (one(text=None), "/items/0"),
        (one(decision_id=new_id()), "/items/0"),
        (one(text=None, decision_id="x"), "/items/0/decision_id"),
        (one(text=None, decision_id=new_id(), title="题"), "/items/0"),
        (one(text=None, decision_id=new_id()), "/items/0/decision_id"),
        (one(channel="radio"), "/items/0/channel"),
        (one(title="题" * 201), "/items/0/title"),
        (one(note="n" * 2001), "/items/0/note"),
        (one(by="b" * 257), "/items/0/by"),
        (one(verdict="pass"), "/items/0/verdict"),
    ],
)
def test_faults_point_at_themselves(send: Send, value: object, pointer: str) -> None:
    found = problem(send(value), 422, "invalid_request")
    assert found.errors[0].pointer.startswith(pointer)
    assert "Nothing was stored" in found.detail


def test_one_fault_stores_nothing(client: TestClient, send: Send) -> None:
    def count() -> int:
        return len(client.get("/feedback", params={"limit": 200}).json()["items"])

    before = count()
    good = {"text": "独一无二的反馈内容", "labels": {"rumour": 0}}
    problem(send({"items": [good, {"labels": {"rumour": 0}}]}), 422, "invalid_request")
    assert count() == before


def test_what_is_no_json(client: TestClient) -> None:
    problem(client.post("/feedback", content=b"{"), 400, "not_json")
    problem(client.post("/feedback", content=b" " * (1 << 21)), 413, "too_large")


def test_the_same_key_stores_once(client: TestClient, send: Send) -> None:
    headers = {"Idempotency-Key": new_id()}
    first, again = send(one(), **headers), send(one(), **headers)
    assert first.content == again.content
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    problem(send(one(note="x"), **headers), 409, "idempotency_conflict")
    refused = {"Idempotency-Key": new_id()}
    problem(send({}, **refused), 422, "invalid_request")
    assert send(one(), **refused).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 129, "ключ".encode().decode("latin-1"), "a\tb"])
def test_a_key_that_cannot_be_used(client: TestClient, key: str) -> None:
    response = client.post(
        "/feedback", json=one(), headers=[(b"Idempotency-Key", key.encode("latin-1"))]
    )
    assert problem(response, 422, "invalid_request").errors[0].pointer == "/Idempotency-Key"


@pytest.mark.parametrize(
    "query",
    [
        "state=new",
        "limit=0",
        "limit=201",
        "before=x",
        "before=%00",
    ],
)
def test_wrong_parameters_of_the_list(client: TestClient, query: str) -> None:
    problem(client.get(f"/feedback?{query}"), 422, "invalid_request")


@pytest.mark.parametrize(
    "since", ["yesterday", "2026-11-22T09:00:00", "0001-01-01T00:00:00%2B12:00", ""]
)
def test_wrong_parameters_of_the_export(client: TestClient, since: str) -> None:
    found = problem(client.get(f"/feedback/export?since={since}"), 422, "invalid_request")
    assert found.errors[0].pointer == "/since"


@pytest.mark.parametrize("since", ["2026-11-22T09:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_an_export_since_a_moment(client: TestClient, since: str) -> None:
    response = client.get("/feedback/export", params={"since": since})
    assert response.status_code in (200, 422)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [({}, "/state"), ({"state": "quarantined"}, "/state"), ({"state": "released", "x": 1}, "/x")],
)
def test_faults_of_a_review(client: TestClient, value: object, pointer: str) -> None:
    found = problem(client.patch(f"/feedback/{new_id()}", json=value), 422, "invalid_request")
    assert found.errors[0].pointer == pointer


def test_reviewing_what_there_is_not(client: TestClient) -> None:
    found = client.patch(f"/feedback/{new_id()}", json={"state": "released"})
    problem(found, 404, "not_found")
    problem(client.patch("/feedback/x", json={"state": "released"}), 422, "invalid_request")
