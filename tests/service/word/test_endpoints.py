"""Word lists over HTTP, and their effect on the next POST /score."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient

LIST = "引流-1"
URL = f"/words/{quote(LIST)}"


@pytest.fixture(autouse=True)
def clean(client: TestClient) -> Iterator[None]:
    yield
    client.delete(URL)


def add(client: TestClient, *entries: object, **fields: Any) -> Any:
    body = {"list": LIST, "kind": "review", "entries": list(entries), **fields}
    return client.post("/words", content=json.dumps(body).encode())


def test_words_are_added_listed_and_removed(client: TestClient) -> None:
    before = client.get("/words").json()["version"]
    answer = add(
        client,
        {"pattern": "长颈鹿&斑马~动物园", "tags": ["兽"], "note": "试", "expires": "2099-12-31"},
        {"pattern": "~a"},
        {
            "pattern": "斑马 & 长颈鹿 ~ 动物园",
            "tags": ["兽"],
            "note": "试",
            "expires": "2099-12-31",
        },
        {"pattern": 1},
        "x",
    )
    assert answer.status_code == 201
    report = answer.json()
    assert [one["status"] for one in report["report"]] == [
        "added",
        "invalid",
        "duplicate",
        "invalid",
        "invalid",
    ]
    assert (report["added"], report["duplicate"], report["invalid"]) == (1, 1, 3)
    assert report["version"] != before
    lists = client.get("/words").json()
    assert {one["list"]: one for one in lists["lists"]}[LIST]["entries"] == 1
    assert lists["version"] == report["version"]
    page = client.get(URL).json()
    (entry,) = page["entries"]
    assert entry["pattern"] == "长颈鹿&斑马~动物园"
    assert entry["tags"] == ["兽"]
    assert entry["expires"] == "2099-12-31T16:00:00Z"
    assert page["next"] is None
    assert client.delete(f"{URL}/{entry['id']}").json()["removed"] == 1
    assert client.delete(f"{URL}/{entry['id']}").status_code == 404
    assert client.delete(URL).json()["removed"] == 0
    assert client.delete(URL).status_code == 404
    assert client.get("/words").json()["version"] == before


def test_pages_follow_each_other(client: TestClient) -> None:
    add(client, *({"pattern": f"词语{n}"} for n in range(7)))
    seen, after = [], ""
    while True:
        page = client.get(f"{URL}?limit=3{after}").json()
        seen += [entry["pattern"] for entry in page["entries"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(f"词语{n}" for n in range(7))
    wrong = client.get(f"{URL}?after=nothing")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/after"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"{", 400, None),
        (b"[]", 422, ""),
        (b"{}", 422, "/entries"),
        (b'{"list":"a","kind":"block","entries":[]}', 422, "/entries"),
        (b'{"list":"a","kind":"stop","entries":[{}]}', 422, "/kind"),
        (b'{"list":"a b","kind":"block","entries":[{}]}', 422, "/list"),
        (b'{"list":"a\\u0000","kind":"block","entries":[{}]}', 422, "/list"),
        (b'{"list":"a\\ud800","kind":"block","entries":[{}]}', 422, "/list"),
        (b'{"list":"lint","kind":"block","entries":[{}]}', 422, "/list"),
        (b'{"kind":"block","entries":[{}]}', 422, "/list"),
        (b'{"list":"a","kind":"block","entries":[{}],"x":1}', 422, "/x"),
    ],
)
def test_envelopes_that_cannot_be_used(
    client: TestClient, body: bytes, status: int, pointer: str | None
) -> None:
    answer = client.post("/words", content=body)
    assert answer.status_code == status
    problem = answer.json()
    assert [fault["pointer"] for fault in problem["errors"]] == (
        [] if pointer is None else [pointer]
    )
    assert "a" not in {one["list"] for one in client.get("/words").json()["lists"]}


@pytest.mark.parametrize(
    "entry",
    [
        {"pattern": "a\0b"},
        {"pattern": "\ud800"},
        {"pattern": "大麻", "note": "\ud800"},
        {"pattern": "大麻", "tags": ["\ud800"]},
        {"pattern": "大麻", "x": 1},
        {"pattern": ""},
        {"pattern": "\u200b"},
        {"pattern": "大麻", "expires": "\ud800"},
        {"\ud800": 1},
        {},
        None,
    ],
)
def test_entries_that_cannot_be_used_are_told_in_their_place(
    client: TestClient, entry: object
) -> None:
    answer = add(client, entry, {"pattern": "长颈鹿", "note": "a\0b"})
    assert answer.status_code == 201
    bad, good = answer.json()["report"]
    assert bad["status"] == "invalid"
    assert bad["detail"]
    assert good["status"] == "added"


def test_too_many_entries_and_other_kinds(client: TestClient) -> None:
    assert add(client, *({"pattern": "x"} for _ in range(1001))).status_code == 413
    add(client, {"pattern": "长颈鹿"})
    assert add(client, {"pattern": "斑马"}, kind="block").json()["code"] == "words_conflict"
    shipped = client.delete("/words/ordinary-words")
    assert shipped.status_code == 409
    assert client.get("/words/nothing-there").json()["code"] == "unknown_words"


def test_a_file_is_imported_with_a_report_a_line(client: TestClient) -> None:
    url = f"/words/import?list={quote(LIST)}&kind=review"
    text = "# 试\n长颈鹿\n\n~x\n长颈鹿\n".encode()
    answer = client.post(url, content=text, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 201
    found = [(one["line"], one["status"]) for one in answer.json()["report"]]
    assert found == [(2, "added"), (4, "invalid"), (5, "duplicate")]
    unknown = client.post(url, content=text, headers={"Content-Type": "image/png"})
    assert unknown.json()["code"] == "unreadable_words"
    assert client.post(f"{url}&format=csv", content="a".encode("utf-16")).status_code == 422
    assert client.post(f"{url}&format=xml", content=b"a").status_code == 422
    empty = client.post(f"{url}&format=text", content=b"")
    assert (empty.status_code, empty.json()["report"]) == (201, [])


def test_words_are_tried_before_they_go_live(client: TestClient) -> None:
    body = {"kind": "block", "entries": [{"pattern": "大麻"}, {"pattern": "~"}, {"pattern": "我"}]}
    answer = client.post("/words/lint", content=json.dumps(body).encode())
    assert answer.status_code == 200
    fine, invalid, look = answer.json()["entries"]
    assert fine["status"] == "fine"
    assert {advice["code"] for advice in fine["warnings"]} == {"ordinary_word"}
    assert invalid["status"] == "invalid"
    assert invalid["detail"]
    assert look["status"] == "look"
    assert look["ordinary"]["posts"] > len(look["ordinary"]["samples"]) > 0
    assert client.post("/words/lint", content=b'{"kind":"x","entries":[1]}').status_code == 422


def test_recorded_traffic_is_looked_at(client: TestClient) -> None:
    text = "河马河马，今天在湖边看到了一只河马"
    client.post("/score", json={"text": text})
    body = {"kind": "review", "entries": [{"pattern": "河马"}]}
    answer = client.post("/words/lint", json=body).json()
    (entry,) = answer["entries"]
    assert answer["traffic"] >= 1
    assert entry["hits"]["posts"] >= 1
    assert entry["hits"]["samples"][0]["text"] == text


def test_the_next_post_is_matched_against_a_new_word(client: TestClient) -> None:
    post = {"text": "本店出售长頸鹿玩偶"}

    def reasons() -> list[dict[str, Any]]:
        (result,) = client.post("/score", json=post).json()["results"]
        return [reason for reason in result["reasons"] if reason["source"] == "word"]

    assert reasons() == []
    add(client, {"pattern": "长颈鹿", "note": "试一试"})
    (reason,) = reasons()
    assert reason["code"] == f"word.{LIST}"
    assert (reason["start"], reason["end"], reason["text"]) == (4, 7, "长頸鹿")
    assert reason["read_as"] == "长颈鹿"
    client.delete(URL)
    assert reasons() == []


def call(url: str, method: str, body: object = None) -> int:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=60) as answer:
        return int(answer.status)


def test_no_request_is_dropped_while_words_come_and_go(live_url: str) -> None:
    stop, statuses = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            statuses.append(call(f"{live_url}/score", "POST", {"text": "本店出售河狸玩偶"}))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    changes = []
    for n in range(8):
        entries = [{"pattern": f"河狸{n}"}, {"pattern": "河狸"}]
        body = {"list": "hot", "kind": "block", "entries": entries}
        changes.append(call(f"{live_url}/words", "POST", body))
        changes.append(call(f"{live_url}/words/hot", "DELETE"))
    stop.set()
    for thread in threads:
        thread.join()
    assert changes == [201, 200] * 8
    assert len(statuses) > 3
    assert set(statuses) == {200}
