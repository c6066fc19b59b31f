"""Policies over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.catalogue.policies import EXAMPLE, EXAMPLE_YAML
from service.policy.schemas import PoliciesAnswer, PolicyInfo
from tests.service.conftest import Post

YAML = {"Content-Type": "application/yaml"}


@pytest.fixture(autouse=True)
def clean(client: TestClient) -> Iterator[None]:
    yield
    for name in ("mine", "listed", "default"):
        client.delete(f"/policies/{name}")


def put(client: TestClient, name: str, text: str):  # type: ignore[no-untyped-def]
    return client.put(f"/policies/{name}", content=text.encode(), headers=YAML)


def test_what_ships(client: TestClient) -> None:
    answer = client.get("/policies").json()
    PoliciesAnswer.model_validate(answer)
    assert [one["name"] for one in answer["policies"]] == [
        "comments-strict",
        "default",
        "group-chat",
        "public-account",
    ]
    assert answer["file_faults"] == []


def test_a_policy_with_everything_resolved(client: TestClient) -> None:
    answer = client.get("/policies/default").json()
    PolicyInfo.model_validate_json(json.dumps(answer))
    (base,) = answer["applied"]
    rumour = base["labels"][0]
    assert rumour["label"] == "rumour"
    assert (rumour["threshold"], rumour["suggestion"], rumour["rule"]) == (0.5, "review", "R2")
    assert (rumour["precision"], rumour["recall"]) == (0.5, 0.5)
    assert rumour["support"] == {"positives": 2, "negatives": 2}
    assert rumour["interval"]["precision"][0] < 0.5 < rumour["interval"]["precision"][1]
    assert base["labels"][-1]["label"] == "low_quality.engagement_bait"
    assert base["labels"][-1]["precision"] is None


def test_a_word_list_that_is_not_there_yet_is_told(client: TestClient) -> None:
    text = "words:\n  lists: [diversion, 没有的表]\nchannels:\n  chat: {words: {lists: all}}\n"
    answer = put(client, "listed", text)
    assert answer.status_code == 201
    (fault,) = answer.json()["faults"]
    assert fault["pointer"] == "/words/lists/1"
    assert "POST /words makes it (line 2, column" in fault["detail"]
    listed = {one["name"]: one["faults"] for one in client.get("/policies").json()["policies"]}
    assert listed["listed"] == [fault]
    assert listed["comments-strict"] == []


def test_a_life(client: TestClient, post: Post) -> None:
    first = put(
        client, "mine", "# 说明\nlabels:\n  rumour: {threshold: 0.0001, suggestion: block}\n"
    )
    assert first.status_code == 201
    assert first.json()["source"].startswith("# 说明")
    answer = post({"text": "今天", "policy": "mine"}).json()
    assert answer["policy"] == {"name": "mine", "version": first.json()["version"]}
    assert answer["results"][0]["suggestion"] == "block"
    second = client.put("/policies/mine", json={"labels": {"rumour": {"enabled": False}}})
    assert second.status_code == 200
    listed = client.get("/policies/mine/versions").json()["versions"]
    assert [one["version"] for one in listed] == [
        second.json()["version"],
        first.json()["version"],
    ]
    assert [one["in_force"] for one in listed] == [True, False]
    (label, *_) = post({"text": "今天", "policy": "mine"}).json()["results"][0]["labels"]
    assert (label["label"], label["threshold"], label["flagged"]) == ("rumour", 1.0, False)
    old = client.get(f"/policies/mine/versions/{first.json()['version']}").json()
    assert old["applied"][0]["labels"][0]["threshold"] == 0.0001
    removed = client.delete("/policies/mine")
    assert removed.json() == {"name": "mine", "removed": True, "now": None}
    refused = post({"text": "今天", "policy": "mine"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_policy")
    assert len(client.get("/policies/mine/versions").json()["versions"]) == 2
    assert client.get("/policies/mine").status_code == 404


def test_what_ships_can_be_covered_and_comes_back(client: TestClient, post: Post) -> None:
    version = client.get("/policies/default").json()["version"]
    strict = "labels: {rumour: {threshold: 0.0001, suggestion: block}}"
    assert put(client, "default", strict).status_code == 201
    assert post({"text": "今天"}).json()["results"][0]["suggestion"] == "block"
    answer = client.delete("/policies/default").json()
    assert answer["now"]["version"] == version
    assert post({"text": "今天"}).json()["policy"]["version"] == version


def test_the_same_again_is_the_same_version(client: TestClient) -> None:
    first = put(client, "mine", EXAMPLE_YAML)
    again = put(client, "mine", EXAMPLE_YAML.replace("description", "# !\ndescription"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["version"] == first.json()["version"]


def test_channels_have_policies_of_their_own(client: TestClient, post: Post) -> None:
    put(
        client,
        "mine",
        "labels: {rumour: {threshold: 0.9999}}\n"
        "channels: {chat: {labels: {rumour: {threshold: 0.0001, suggestion: block}}}}",
    )
    items = [{"text": "今天", "channel": "chat"}, {"text": "今天"}]
    results = post({"items": items, "policy": "mine"}).json()["results"]
    assert [one["labels"][0]["threshold"] for one in results] == [0.0001, 0.9999]
    assert results[0]["suggestion"] == "block"


def test_the_examples_of_the_document_work(client: TestClient) -> None:
    assert client.put("/policies/mine", json=EXAMPLE).json()["faults"] == []


@pytest.mark.parametrize(
    ("text", "pointer", "said"),
    [
        ("labels:\n  rumour: {threshold: soon}", "/labels/rumour/threshold", "line 2, column 12"),
        ("labels:\n  scam: {}", "/labels/scam", "line 2"),
        ("labels:\n  - rumour", "/labels", "line 1"),
        ("name: other", "/name", "line 1"),
        ("a: [", "", "line 1"),
        ("\x00", "", "line 1"),
    ],
)
def test_what_is_wrong_names_its_line_and_changes_nothing(
    client: TestClient, text: str, pointer: str, said: str
) -> None:
    put(client, "mine", "store: none")
    version = client.get("/policies/mine").json()["version"]
    response = put(client, "mine", text)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_policy"
    (fault,) = response.json()["errors"]
    assert fault["pointer"] == pointer
    assert said in fault["detail"]
    assert client.get("/policies/mine").json()["version"] == version


def test_other_faults(client: TestClient) -> None:
    assert client.put("/policies/Bad", json={}).status_code == 422
    assert client.get("/policies/none").status_code == 404
    assert client.get("/policies/none/versions").status_code == 404
    assert client.get("/policies/default/versions/000000000000").status_code == 404
    assert client.delete("/policies/none").status_code == 404
    json_headers = {"Content-Type": "application/json"}
    broken = client.put("/policies/mine", content=b"{", headers=json_headers)
    assert (broken.status_code, broken.json()["code"]) == (400, "not_json")
    large = put(client, "mine", "#" * 70_000)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert "64 KiB" in large.json()["detail"]
    odd = b'{"description": "\\ud800", "labels": {"\\u0000": {}}}'
    assert client.put("/policies/mine", content=odd, headers=json_headers).status_code == 422
