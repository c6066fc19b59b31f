"""POST /whatif over what a running service has recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from service.whatif.schemas import WhatifAnswer
from tests.service.conftest import new_database, wait_until
from tests.tiny import random_posts

POSTS = 40


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service of its own, so that nothing else is recorded there."""
    own = settings.model_copy(update={"database_url": new_database(tmp_path_factory.mktemp("w"))})
    with TestClient(create_app(own), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        empty = client.post("/whatif", json={"policy": "default"})
        assert (empty.status_code, empty.json()["code"]) == (422, "nothing_recorded")
        items = [{"text": post.text} for post in random_posts(POSTS)]
        assert client.post("/score", json={"items": items}).status_code == 200
        client.put("/policies/none", json={"store": "none"})
        client.put("/policies/print", json={"store": "fingerprint"})
        client.post("/score", json={"text": "今天", "policy": "print"})
        yield client


def ask(client: TestClient, **body: Any) -> Any:
    response = client.post("/whatif", json=body)
    assert response.status_code == 200, response.text
    answer = response.json()
    WhatifAnswer.model_validate_json(json.dumps(answer))
    return answer


def test_nothing_changed_nothing_flips(service: TestClient) -> None:
    answer = ask(service)
    assert answer["posts"] == POSTS + 1
    assert answer["suggestions"]["flips"] == []
    assert answer["suggestions"]["then"] == answer["suggestions"]["now"]
    assert all(label["newly"] == label["no_longer"] == 0 for label in answer["labels"])
    assert answer["load"]["now"]["per_hour"] is None  # all within a moment
    assert answer["notes"]
    assert ask(service, policy="default")["suggestions"]["flips"] == []


def test_a_changed_policy(service: TestClient) -> None:
    policy = {"labels": {"rumour": {"threshold": 0.0001, "suggestion": "block"}}}
    answer = ask(service, policy=policy, sample=POSTS)
    assert answer["suggestions"]["now"]["block"] == POSTS
    assert sum(flip["posts"] for flip in answer["suggestions"]["flips"]) == POSTS
    rumour = answer["labels"][0]
    assert (rumour["now"], rumour["newly"]) == (POSTS, POSTS - rumour["then"])
    sample = rumour["newly_samples"][-1]
    receipt = service.get(f"/decisions/{sample['decision_id']}").json()
    assert sample["score"] == receipt["labels"][0]["score"]
    assert len(rumour["newly_samples"]) <= 10
    # The policy of a what-if is not kept.
    assert "what-if" not in service.get("/policies").text


def test_posts_whose_text_is_not_kept_take_part_but_not_in_other_words(
    service: TestClient,
) -> None:
    answer = ask(service, of_policy="print", policy="default")
    assert (answer["posts"], answer["left_out"]) == (1, POSTS)
    words = {"list": "试试", "kind": "block", "entries": [{"pattern": "今天"}]}
    refused = service.post("/whatif", json={"of_policy": "print", "words": words})
    assert refused.json()["code"] == "nothing_recorded"


def test_changed_words(service: TestClient) -> None:
    service.post("/score", json={"text": "楼下的青团子店开门了"})
    words = {"list": "试试", "kind": "block", "entries": [{"pattern": "青团子店"}]}
    answer = ask(service, words=words, policy={"words": {"block": "block"}})
    assert answer["suggestions"]["now"]["block"] == 1
    assert answer["left_out"] == 1
    assert "试试" not in service.get("/words").text


def test_another_release(service: TestClient, settings: Settings, tmp_path: Path) -> None:
    missing = service.post("/whatif", json={"release": "nowhere", "sample": 10})
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["pointer"] == "/release"
    many = service.post("/whatif", json={"release": "x", "sample": 5000})
    assert many.status_code == 422
    assert "mingjian whatif" in many.json()["detail"]


def test_what_reviewers_found_is_counted(service: TestClient) -> None:
    (newest,) = service.get("/decisions?limit=1").json()["decisions"]
    path = f"/decisions/{newest['id']}"
    assert service.patch(path, json={"verdict": "pass", "labels": {"rumour": 0}}).status_code == 200
    policy = {"labels": {"rumour": {"threshold": 0.0001}}}
    answer = ask(service, policy=policy)
    rumour = answer["labels"][0]
    assert rumour["known"] == {"positives": 0, "negatives": 1}
    assert rumour["measured_now"]["precision"] == 0
    assert rumour["measured_now"]["recall"] is None
    assert any("recall" in note for note in answer["notes"])


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ([], 422, "invalid_request", ""),
        ({"polcy": "default"}, 422, "invalid_request", "/polcy"),
        ({"sample": 0}, 422, "invalid_request", "/sample"),
        ({"sample": "many"}, 422, "invalid_request", "/sample"),
        ({"policy": 3}, 422, "invalid_request", "/policy"),
        ({"policy": {"labels": {"rumour": {"threshold": 2}}}}, 422, "invalid_policy",
         "/policy/labels/rumour/threshold"),
        ({"policy": {"labels": {"scam": {}}}}, 422, "invalid_policy",
         "/policy/labels/scam"),
        ({"policy": {"description": "\ud800"}}, 422, "invalid_policy", "/policy/description"),
        ({"policy": "\ud800"}, 422, "invalid_request", "/policy"),
        ({"policy": "nope"}, 422, "unknown_policy", "/policy"),
        ({"target": {"reviews_per_hour": 0}}, 422, "invalid_request", "/target/reviews_per_hour"),
        ({"target": {"reviews_per_hour": 5}}, 422, "unreachable_target", None),
        ({"words": {"list": "a", "kind": "block", "entries": [{"pattern": "&"}]}}, 422,
         "invalid_request", "/words/entries/0"),
        ({"release": "../../etc"}, 422, "invalid_request", "/release"),
    ],
)  # fmt: skip
def test_faults(
    service: TestClient, body: object, status: int, code: str, pointer: str | None
) -> None:
    response = service.post("/whatif", content=json.dumps(body).encode())
    assert (response.status_code, response.json()["code"]) == (status, code)
    pointers = [fault["pointer"] for fault in response.json()["errors"]]
    assert pointers[:1] == ([] if pointer is None else [pointer])


def test_not_json(service: TestClient) -> None:
    assert service.post("/whatif", content=b"{").status_code == 400
