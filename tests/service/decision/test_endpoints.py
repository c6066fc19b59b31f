"""Receipts, replays, verdicts and lists over HTTP."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from models.labels import public_name
from tests.service.conftest import Post

TEXT = "明天上午九点小区停水，请大家提前接好水。"


def author() -> str:
    return uuid.uuid4().hex


def scored(post: Post, **fields: Any) -> dict[str, Any]:
    response = post({"text": TEXT, **fields})
    assert response.status_code == 200, response.text
    return {"request_id": response.json()["request_id"], **response.json()["results"][0]}


def get(client: TestClient, address: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(address, params=parameters)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_receipt_says_what_was_answered(client: TestClient, post: Post) -> None:
    sent = {"id": "42", "title": "通知", "author_id": author(), "channel": "comment"}
    result = scored(post, **sent, published_at="2026-11-22T09:00:00+08:00")
    receipt = get(client, f"/decisions/{result['decision_id']}")
    assert receipt["id"] == result["decision_id"]
    assert receipt["request_id"] == result["request_id"]
    assert receipt["item"] == {
        **sent,
        "text": TEXT,
        "published_at": "2026-11-22T09:00:00+08:00",
    }
    for part in ("suggestion", "scores", "labels", "reasons", "debunks", "coverage"):
        assert receipt[part] == result[part]
    release = get(client, "/release")
    assert receipt["versions"]["release"] == release["name"]
    assert receipt["versions"]["fingerprint"] == release["fingerprint"]
    assert receipt["versions"]["precision"] == release["precision"]
    assert receipt["versions"]["policy"] == "default"
    assert (receipt["store"], receipt["key_id"], receipt["verdict"]) == ("text", None, None)
    assert receipt["created_at"].endswith("Z")
    assert len(receipt["fingerprint"]) == 64


def test_store_false_keeps_the_fingerprint_only(client: TestClient, post: Post) -> None:
    one, other = (scored(post, title="题", store=False) for _ in range(2))
    receipt = get(client, f"/decisions/{one['decision_id']}")
    assert (receipt["store"], receipt["item"]["text"], receipt["item"]["title"]) == (
        "fingerprint",
        None,
        None,
    )
    same = get(client, f"/decisions/{other['decision_id']}")
    assert receipt["fingerprint"] == same["fingerprint"]
    replayed = client.post(f"/decisions/{one['decision_id']}/replay")
    assert replayed.status_code == 409
    assert replayed.json()["code"] == "not_replayable"
    assert '"store": true' in replayed.json()["detail"]


@pytest.mark.parametrize("identity", ["nope", "01KB0QW3RD8Z5XT2V6M9N4P7HA", "%00", "0" * 27])
@pytest.mark.parametrize(
    ("method", "ending", "body"),
    [("GET", "", None), ("POST", "/replay", None), ("PATCH", "", {"verdict": "pass"})],
)
def test_unknown_decisions(
    client: TestClient, identity: str, method: str, ending: str, body: object
) -> None:
    response = client.request(method, f"/decisions/{identity}{ending}", json=body)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert "decision" in response.json()["detail"]


def test_a_replay_without_a_change(client: TestClient, post: Post) -> None:
    identity = scored(post)["decision_id"]
    before = len(get(client, "/decisions", limit=200)["decisions"])
    replayed = client.post(f"/decisions/{identity}/replay")
    assert replayed.status_code == 200, replayed.text
    answer = replayed.json()
    assert answer["changed"] == []
    assert answer["then"]["suggestion"] == answer["now"]["suggestion"]
    assert answer["then"]["versions"] == answer["now"]["versions"]
    assert len(get(client, "/decisions", limit=200)["decisions"]) == before


@pytest.mark.parametrize("named", [True, False])
def test_a_replay_of_one_of_a_burst_judges_as_then(
    client: TestClient, post: Post, named: bool
) -> None:
    text = "本店今天开业大酬宾，全场商品一律八折，地点在人民路口的老粮店旁边，欢迎大家来逛逛"
    who = author()
    results = [
        scored(post, text=text, author_id=who, **({"id": f"{who}-{n}"} if named else {}))
        for n in range(5)
    ]
    assert "rule.flood" not in {reason["code"] for reason in results[0]["reasons"]}
    assert "rule.flood" in {reason["code"] for reason in results[-1]["reasons"]}
    for result in (results[0], results[-1]):
        answer = client.post(f"/decisions/{result['decision_id']}/replay").json()
        assert answer["changed"] == []


def test_a_verdict_is_added_and_the_latest_is_shown(client: TestClient, post: Post) -> None:
    identity = scored(post)["decision_id"]
    first = client.patch(
        f"/decisions/{identity}",
        json={"verdict": "block", "labels": {"rumour": 1, "ad_spam": 0}, "note": "初看"},
    )
    assert first.status_code == 200, first.text
    assert first.json()["verdict"]["labels"] == {"rumour": 1, "low_quality.ad_spam": 0}
    client.patch(f"/decisions/{identity}", json={"labels": {"low_quality.flood": 1}})
    verdict = get(client, f"/decisions/{identity}")["verdict"]
    assert verdict["labels"] == {"low_quality.flood": 1}
    assert (verdict["verdict"], verdict["note"], verdict["by"]) == (None, None, None)
    assert verdict["at"].endswith("Z")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/verdict"),
        ({"note": "只有附注"}, "/verdict"),
        ({"labels": {}}, "/verdict"),
        ({"verdict": "delete"}, "/verdict"),
        ({"verdict": 1}, "/verdict"),
        ({"labels": {"rumour": 2}}, "/labels/rumour"),
        ({"labels": {"rumour": True}}, "/labels/rumour"),
        ({"labels": {"nonsense": 1}}, "/labels/nonsense"),
        ({"labels": {"a/b~": 1}}, "/labels/a~1b~0"),
        ({"labels": {"ad_spam": 1, "low_quality.ad_spam": 0}}, "/labels/low_quality.ad_spam"),
        ({"verdict": "pass", "note": "长" * 2001}, "/note"),
        ({"verdict": "pass", "who": "me"}, "/who"),
        ([], ""),
    ],
)
def test_verdicts_that_cannot_be_used(
    client: TestClient, post: Post, body: object, pointer: str
) -> None:
    identity = scored(post)["decision_id"]
    response = client.patch(f"/decisions/{identity}", json=body)
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b'{"verdict": "pass", "note": "\\ud800"}', 422),
        (b'{"verdict": "pass", "\\ud800": 1}', 422),
        (b'{"verdict": "pass", "note": "\\u0000"}', 200),
    ],
)
def test_odd_characters_in_verdicts(
    client: TestClient, post: Post, content: bytes, status: int
) -> None:
    identity = scored(post)["decision_id"]
    assert client.patch(f"/decisions/{identity}", content=content).status_code == status


def test_lists_are_read_in_pages(client: TestClient, post: Post) -> None:
    who = author()
    ids = [scored(post, author_id=who, id=str(number))["decision_id"] for number in range(5)]
    found: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = get(
            client, "/decisions", author_id=who, limit=2, **({"cursor": cursor} if cursor else {})
        )
        found += [decision["id"] for decision in page["decisions"]]
        cursor = page["next"]
    assert found == ids[::-1]
    assert cursor is None


def test_lists_are_filtered(client: TestClient, post: Post) -> None:
    who = author()
    result = scored(post, author_id=who, channel="chat")
    flagged = [label["label"] for label in result["labels"] if label["flagged"]]
    unflagged = [label["label"] for label in result["labels"] if not label["flagged"]]
    created = get(client, f"/decisions/{result['decision_id']}")["created_at"]

    def count(**filters: Any) -> int:
        return len(get(client, "/decisions", author_id=who, **filters)["decisions"])

    assert count(channel="chat") == 1
    assert count(channel="sms") == 0
    assert count(suggestion=result["suggestion"]) == 1
    assert count(suggestion="block") == 0
    assert count(flagged=bool(flagged)) == 1
    assert count(flagged=not flagged) == 0
    assert count(since=created) == 1
    assert count(until=created) == 0
    for label in flagged:
        assert count(label=label) == count(label=label.rpartition(".")[2]) == 1
    for label in unflagged:
        assert count(label=label) == 0
    assert public_name("ad_spam") == "low_quality.ad_spam"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "many"),
        ("since", "yesterday"),
        ("since", "2026-11-22T09:00:00"),
        ("since", "0001-01-01T00:00:00+14:00"),
        ("until", "9999-12-31T23:59:59Z"),
        ("suggestion", "delete"),
        ("channel", "television"),
        ("label", "a b"),
        ("cursor", "x"),
        ("flagged", "perhaps"),
        ("sort", "up"),
    ],
)
def test_parameters_that_cannot_be_used(client: TestClient, name: str, value: str) -> None:
    response = client.get("/decisions", params={name: value})
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("odd", ["", "/slash 与字", "\n", "/data", "%", "?#", "\0"])
def test_a_person_is_removed(client: TestClient, post: Post, odd: str) -> None:
    who = f"{author()}{odd}x"
    identity = scored(post, author_id=who, id="7")["decision_id"]
    response = client.delete(f"/authors/{quote(who, safe='')}/data")
    assert response.status_code == 200, response.text
    assert response.json()["author_id"] == who
    assert response.json()["removed"]["texts"] == 1
    receipt = get(client, f"/decisions/{identity}")
    assert set(receipt["item"].values()) == {None}
    assert receipt["erased_at"] == response.json()["deleted_at"]
    replayed = client.post(f"/decisions/{identity}/replay")
    assert replayed.status_code == 409
    assert "removed" in replayed.json()["detail"]
