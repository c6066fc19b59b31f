"""What is answered was recorded before, and no more of it than everyone allows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

from service.decision.record import NewDecision
from service.score.schemas import ScoreResponse
from service.state import State
from service.store.errors import StoreError
from tests.service.conftest import Post

TEXT = "今天下雨，出门记得带伞。"


class Kept:
    """A recorder that keeps what it is given, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.decisions: list[NewDecision] = []
        self.fault = fault

    async def record(self, decisions: Sequence[NewDecision]) -> None:
        if self.fault:
            raise self.fault
        self.decisions += decisions


def put(client: TestClient, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> Kept:
    state: State = client.app.state.mingjian
    monkeypatch.setattr(state.scoring._record, "recorder", kept)
    return kept


def test_every_result_is_recorded_as_it_is_answered(
    client: TestClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = put(client, monkeypatch, Kept())
    items = [{"id": "a", "text": TEXT, "author_id": "u1", "channel": "chat"}, {"text": ""}]
    answer = post({"items": [*items, {"title": "通知", "text": TEXT}], "explain": True}).json()
    scored = [found for found in answer["results"] if found["status"] == 200]
    assert [found["decision_id"] for found in scored] == [one.id for one in kept.decisions]
    first, second = kept.decisions
    assert (first.item_id, first.author_id, first.channel) == ("a", "u1", "chat")
    assert (second.title, second.text, second.store) == ("通知", TEXT, "text")
    assert {one.request_id for one in kept.decisions} == {answer["request_id"]}
    assert first.explain
    stored = {**first.result, "decision_id": first.id}
    assert stored == scored[0]
    versions = first.versions.to_json()
    assert None not in versions.values()
    assert versions["policy_version"] == answer["policy"]["version"]


@pytest.mark.parametrize(
    ("asked", "policy", "kept_as"),
    [
        (True, "text", "text"),
        (None, "text", "text"),
        (False, "text", "fingerprint"),
        (True, "fingerprint", "fingerprint"),
        (True, "none", None),
        (False, "none", None),
    ],
)
def test_the_strictest_wish_decides_what_is_kept(
    client: TestClient,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    asked: bool | None,
    policy: str,
    kept_as: str | None,
) -> None:
    name = f"keeps-{policy}"
    assert client.put(f"/policies/{name}", json={"store": policy}).status_code in (200, 201)
    kept = put(client, monkeypatch, Kept())
    (found,) = post({"text": TEXT, "policy": name, "store": asked}).json()["results"]
    assert [one.store for one in kept.decisions] == ([kept_as] if kept_as else [])
    assert (found["decision_id"] is None) == (kept_as is None)


def test_a_decision_can_be_looked_up_once_it_is_answered(client: TestClient, post: Post) -> None:
    (found,) = post({"text": TEXT}).json()["results"]
    receipt = client.get(f"/decisions/{found['decision_id']}")
    assert receipt.status_code == 200
    assert receipt.json()["suggestion"] == found["suggestion"]


@pytest.mark.parametrize("fault", [StoreError("The disk is full."), RuntimeError("a statement")])
def test_what_cannot_be_recorded_is_not_answered(
    client: TestClient, post: Post, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    put(client, monkeypatch, Kept(fault))
    response = post({"text": TEXT})
    assert response.status_code == 503
    assert response.json()["code"] == "store_unavailable"
    assert "a statement" not in response.text
    assert int(response.headers["retry-after"]) >= 1


def test_the_same_request_with_one_key_is_one_decision(client: TestClient, post: Post) -> None:
    headers = {"Idempotency-Key": "recording-1"}
    first = post({"text": TEXT}, headers=headers)
    again = post({"text": TEXT}, headers=headers)
    assert ScoreResponse.model_validate(first.json()) == ScoreResponse.model_validate(again.json())
    other = post({"text": "别的"}, headers=headers)
    assert other.status_code == 409
