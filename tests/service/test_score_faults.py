"""Wrong inputs of POST /score, one by one."""

from __future__ import annotations

import contextlib
import gzip
import json
import select
import socket

import httpx2
import pytest
from fastapi.testclient import TestClient

import service.body
from service.score.schemas import ItemProblem
from service.wire import Problem
from tests.service.conftest import Post

ITEM_FAULTS = [
    ({}, "/text", "missing"),
    ({"text": None}, "/text", "must be a string"),
    ({"text": 3}, "/text", "must be a string"),
    ({"text": ["今"]}, "/text", "must be a string"),
    ({"text": ""}, "/text", "empty"),
    ({"text": "  \n\t\u3000"}, "/text", "white space"),
    ({"text": "\u200b\u2060\ufeff\u3164\ufe0f\x00"}, "/text", "invisible"),
    ({"text": "今" * 20_001}, "/text", "20,001 characters; at most 20,000"),
    ({"text": "今", "title": "题" * 201}, "/title", "at most 200"),
    ({"text": "今", "title": 1}, "/title", "must be a string"),
    ({"text": "今", "id": 42}, "/id", "must be a string"),
    ({"text": "今", "id": "x" * 257}, "/id", "at most 256"),
    ({"text": "今", "author_id": {}}, "/author_id", "must be a string"),
    ({"text": "今", "channel": "forum"}, "/channel", "none of weibo, comment"),
    ({"text": "今", "published_at": "2026-11-22"}, "/published_at", "RFC 3339"),
    ({"text": "今", "published_at": "2026-11-22T09:00:00"}, "/published_at", "RFC 3339"),
    ({"text": "今", "published_at": "2026-02-30T09:00:00Z"}, "/published_at", "RFC 3339"),
    ({"text": "今", "published_at": 1}, "/published_at", "must be a string"),
    ({"text": "今", "nonsense": 1}, "/nonsense", "no field here"),
    ({"text": "今", "a/b~c": 1}, "/a~1b~0c", "no field here"),
]


@pytest.mark.parametrize(("item", "pointer", "words"), ITEM_FAULTS)
def test_a_fault_stays_inside_its_item(post: Post, item: dict, pointer: str, words: str) -> None:
    response = post({"items": [{"id": "a", "text": "今天"}, item, {"text": "明天"}]})
    assert response.status_code == 200
    first, faulty, last = response.json()["results"]
    assert first["status"] == last["status"] == 200
    assert set(faulty) == {"id", "status", "problem"}
    assert faulty["status"] == 422
    problem = ItemProblem.model_validate(faulty["problem"])
    assert problem.code == "invalid_item"
    assert [error.pointer for error in problem.errors] == [f"/items/1{pointer}"]
    assert words in problem.errors[0].detail
    assert words in problem.detail


@pytest.mark.parametrize(("item", "pointer", "words"), ITEM_FAULTS)
def test_the_fault_of_a_single_item_is_the_requests(
    post: Post, item: dict, pointer: str, words: str
) -> None:
    response = post(item)
    problem = refused(response, 422, "invalid_request")
    assert [error.pointer for error in problem.errors] == [pointer]
    assert words in problem.errors[0].detail


@pytest.mark.parametrize("item", [None, 3, "今天", ["今天"], True])
def test_items_must_be_objects(post: Post, item: object) -> None:
    found = post({"items": [item, {"text": "今天"}]}).json()["results"]
    assert found[0]["problem"]["errors"] == [{"pointer": "/items/0", "detail": "must be an object"}]
    assert found[0]["id"] is None
    assert found[1]["status"] == 200


def test_faulty_items_keep_their_id_and_name_every_fault(post: Post) -> None:
    item = {"id": "k", "text": "", "title": 1, "channel": "x"}
    found = post({"items": [item]}).json()["results"][0]
    assert found["id"] == "k"
    pointers = [error["pointer"] for error in found["problem"]["errors"]]
    assert pointers == ["/items/0/title", "/items/0/text", "/items/0/channel"]


def test_http_stays_200_when_every_item_fails(post: Post) -> None:
    response = post({"items": [{}, {"text": ""}]})
    assert response.status_code == 200
    assert [found["status"] for found in response.json()["results"]] == [422, 422]


def test_errors_of_one_item_are_bounded(post: Post) -> None:
    item = {f"field{number}": 1 for number in range(1000)}
    found = post({"items": [item]}).json()["results"][0]
    assert len(found["problem"]["errors"]) == 20


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        (r'{"text":"\ud800"}', "/items/0/text"),
        (r'{"text":"今\udc00天"}', "/items/0/text"),
        (r'{"text":"今","title":"\ud83d"}', "/items/0/title"),
        (r'{"text":"今","id":"\ud83d"}', "/items/0/id"),
        (r'{"text":"今","\ud83d":1}', "/items/0"),
    ],
)
def test_lone_surrogates_are_the_items_fault(client: TestClient, item: str, pointer: str) -> None:
    response = client.post("/score", content=f'{{"items":[{item},{{"text":"今天"}}]}}'.encode())
    assert response.status_code == 200
    faulty, neighbour = response.json()["results"]
    assert faulty["status"] == 422
    assert faulty["problem"]["errors"][0]["pointer"] == pointer
    assert neighbour["status"] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"text=1",
        b'{"text": "\xff"}',
        '{"text": "今"}'.encode("gb18030"),
        '{"text": "今"}'.encode("utf-16"),
        b'{"text": NaN}',
        b'{"text": "a", "x": Infinity}',
        b'{"text": "\\ud800", "x": NaN}',
        b'{"text": "a\nb"}',
        b"[" * 100_000,
        b'{"text":"\\ud800","x":' + b"[" * 100_000,
        b"\x1f\x8b\x08\x00",
    ],
)
def test_what_is_not_json(client: TestClient, body: bytes) -> None:
    refused(client.post("/score", content=body), 400, "not_json")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ("今天", ""),
        (None, ""),
        (1, ""),
        ({}, "/text"),
        ({"policy": "default"}, "/text"),
        ({"items": []}, "/items"),
        ({"items": None}, "/items"),
        ({"items": {"text": "今天"}}, "/items"),
        ({"items": "今天"}, "/items"),
        ({"items": [{"text": "今天"}], "text": "今天"}, "/text"),
        ({"items": [{"text": "今天"}], "title": "今天"}, "/title"),
        ({"items": [{"text": "今天"}], "nonsense": 1}, "/nonsense"),
        ({"items": [{"text": "今天"}], "explain": 1}, "/explain"),
        ({"items": [{"text": "今天"}], "store": "yes"}, "/store"),
        ({"items": [{"text": "今天"}], "policy": 1}, "/policy"),
        ({"text": "今天", "policy": ["default"]}, "/policy"),
        ({"text": "今天", "nonsense": 1}, "/nonsense"),
    ],
)
def test_faults_of_the_envelope(post: Post, body: object, pointer: str) -> None:
    problem = refused(post(body), 422, "invalid_request")
    assert [error.pointer for error in problem.errors] == [pointer]


@pytest.mark.parametrize("name", ["strict", "", "DEFAULT"])
def test_unknown_policies_name_the_known(post: Post, name: str) -> None:
    problem = refused(post({"text": "今天", "policy": name}), 422, "unknown_policy")
    assert "default" in problem.detail
    assert [error.pointer for error in problem.errors] == ["/policy"]


def test_a_field_without_a_name_is_named(post: Post) -> None:
    problem = refused(post({"text": "今天", "": 1}), 422, "invalid_request")
    assert problem.detail.startswith('"" is no field here')


def test_a_compressed_body_is_asked_for_uncompressed(client: TestClient) -> None:
    body = gzip.compress('{"text": "今天"}'.encode())
    response = client.post("/score", content=body, headers={"Content-Encoding": "gzip"})
    assert "uncompressed" in refused(response, 400, "not_json").detail


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"items": [{"text": "今"}] * 257}, "limit of 256"),
        ({"items": [{"text": "今" * 20_000}] * 10 + [{"text": "今"}]}, "limit of 200,000"),
        ({"items": [{"text": "今" * 200_001}]}, "limit of 200,000"),
        ({"text": "今" * 200_001}, "limit of 200,000"),
        ({"text": "a" * (1 << 20)}, "limit of 1,048,576"),
    ],
)
def test_what_is_too_large_says_how_to_divide(post: Post, body: object, words: str) -> None:
    problem = refused(post(body), 413, "too_large")
    assert words in problem.detail
    assert "Divide" in problem.detail


@pytest.mark.parametrize("announced", [False, True])
def test_the_limit_holds_while_the_body_arrives(live_url: str, announced: bool) -> None:
    """A real connection: the answer comes long before everything has been sent."""
    host, port = live_url.removeprefix("http://").split(":")
    sent = 0
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        length = "Content-Length: 1000000000" if announced else "Transfer-Encoding: chunked"
        connection.sendall(f"POST /score HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode())
        piece = b" " * 65_536 if announced else b"10000\r\n" + b" " * 65_536 + b"\r\n"
        with contextlib.suppress(ConnectionError):
            while sent < 64 << 20 and not select.select([connection], [], [], 0)[0]:
                connection.sendall(piece)
                sent += len(piece)
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 32 << 20


def test_a_body_somewhat_over_the_limit_is_answered(live_url: str) -> None:
    response = httpx2.post(f"{live_url}/score", content=b" " * (3 << 20))
    refused(response, 413, "too_large")


def test_the_largest_body_is_read(client: TestClient) -> None:
    body = json.dumps({"text": "今天"}).encode()
    response = client.post("/score", content=body + b" " * ((1 << 20) - len(body)))
    assert response.status_code == 200


def test_duplicate_keys_and_big_numbers_do_no_harm(client: TestClient) -> None:
    assert client.post("/score", content='{"text":"今","text":"明天"}').status_code == 200
    body = b'{"text":"\\ud800","id":' + b"9" * 5000 + b"}"
    assert client.post("/score", content=body).status_code in (400, 422)


def refused(response: object, status: int, code: str) -> Problem:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate(response.json())
    assert problem.status == status
    assert problem.code == code
    assert problem.type.endswith(code)
    assert problem.request_id == response.headers["x-request-id"]
    return problem


def test_a_body_that_does_not_end_is_given_up(
    live_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.body, "BODY_S", 0.2)
    url = httpx2.URL(live_url)
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall(
            b"POST /score HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{"
        )
        answer = b""
        # To the end: the connection is closed.
        while piece := connection.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer
