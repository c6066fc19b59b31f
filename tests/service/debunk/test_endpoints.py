from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service.conftest import Post, wait_until

CLAIM = "用过的茶叶水洗眼睛可以治近视"
BODY = {
    "claim": CLAIM,
    "variants": ["隔夜茶洗眼，近视慢慢就好了"],
    "verdict": "false",
    "summary": "外洗不能使眼轴复原。",
    "sources": [{"name": "国家卫生健康委员会", "url": "http://www.nhc.gov.cn/"}],
    "as_of": "2026-11-22",
    "expires": "2999-12-31",
    "topic": "health",
}


@pytest.fixture
def entry(client: TestClient) -> Any:
    response = client.post("/debunks", json=BODY)
    assert response.status_code == 201
    yield response.json()
    client.delete(f"/debunks/{response.json()['id']}")


def debunks(post: Post, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = post({"text": text}).json()["results"][0]["debunks"]
    return found


def test_a_new_entry_answers_the_next_score(post: Post, entry: dict[str, Any]) -> None:
    (found,) = debunks(post, f"听说{CLAIM}，快试试")
    assert found == {
        "id": entry["id"],
        "claim": CLAIM,
        "verdict": "false",
        "summary": BODY["summary"],
        "url": "http://www.nhc.gov.cn/",
        "as_of": "2026-11-22",
        "match": "confirmed",
        "similarity": 1.0,
    }


def test_an_entry_is_shown_as_it_was_sent(client: TestClient, entry: dict[str, Any]) -> None:
    shown = client.get(f"/debunks/{entry['id']}").json()
    assert shown == entry
    assert {name: shown[name] for name in BODY} == BODY
    assert shown["shipped"] is False
    assert shown["created_at"].endswith("Z")


def test_claim_and_verdict_are_enough(client: TestClient) -> None:
    response = client.post("/debunks", json={"claim": "月亮上昨晚下雪了", "verdict": "unproven"})
    assert response.status_code == 201
    assert response.json()["sources"] == []
    assert client.delete(f"/debunks/{response.json()['id']}").status_code == 200


def test_a_change_answers_the_next_score(
    client: TestClient, post: Post, entry: dict[str, Any]
) -> None:
    address = f"/debunks/{entry['id']}"
    changed = client.patch(address, json={"verdict": "misleading", "summary": None})
    assert changed.status_code == 200
    assert changed.json()["revision"] != entry["revision"]
    (found,) = debunks(post, CLAIM)
    assert (found["verdict"], found["summary"]) == ("misleading", "")
    assert client.patch(address, json={"expires": "2020-01-01"}).status_code == 200
    assert debunks(post, CLAIM) == []
    assert client.get(address).status_code == 200


def test_a_deleted_entry_matches_no_more(
    client: TestClient, post: Post, entry: dict[str, Any]
) -> None:
    address = f"/debunks/{entry['id']}"
    assert client.delete(address).json()["id"] == entry["id"]
    assert debunks(post, CLAIM) == []
    for response in (client.get(address), client.delete(address), client.patch(address, json={})):
        assert (response.status_code, response.json()["code"]) == (404, "unknown_debunk")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"verdict": "false"}, "/claim"),
        ({"claim": CLAIM}, "/verdict"),
        ({**BODY, "verdict": "wrong"}, "/verdict"),
        ({**BODY, "claim": "茶\0叶水洗眼睛"}, "/claim"),
        ({**BODY, "claim": "？！"}, "/claim"),
        ({**BODY, "variants": [CLAIM, 3]}, "/variants/1"),
        ({**BODY, "sources": [{"name": "甲", "url": "file:///etc"}]}, "/sources/0/url"),
        ({**BODY, "expires": "soon"}, "/expires"),
        ({**BODY, "rating": 1}, "/rating"),
        ([], ""),
    ],
)
def test_faults_are_pointed_at(client: TestClient, body: object, pointer: str) -> None:
    response = client.post("/debunks", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer


def test_half_a_character_and_no_json_are_refused(client: TestClient) -> None:
    half = client.post("/debunks", content=b'{"claim":"abcd\\ud800","verdict":"false"}')
    assert (half.status_code, half.json()["errors"][0]["pointer"]) == (422, "/claim")
    assert client.post("/debunks", content=b"{").status_code == 400


@pytest.mark.parametrize("change", [{"claim": None}, {"verdict": None}, {"id": "x"}, []])
def test_a_change_that_cannot_be_is_refused(
    client: TestClient, entry: dict[str, Any], change: object
) -> None:
    address = f"/debunks/{entry['id']}"
    assert client.patch(address, json=change).status_code == 422
    assert client.get(address).json() == entry


def test_pages_hold_every_entry_once(client: TestClient, entry: dict[str, Any]) -> None:
    seen: list[str] = []
    after: str | None = None
    while True:
        page = client.get("/debunks", params={"limit": 40} | ({"after": after} if after else {}))
        seen += [one["id"] for one in page.json()["debunks"]]
        after = page.json()["next"]
        if after is None:
            break
    assert seen == sorted(set(seen))
    assert entry["id"] in seen
    assert len(seen) == page.json()["total"]
    assert client.get("/debunks", params={"limit": 0}).status_code == 422


def test_a_search_has_the_form_of_a_score(client: TestClient, entry: dict[str, Any]) -> None:
    results = client.get("/debunks/search", params={"q": "茶叶水能治近视吗"}).json()["results"]
    assert results[0]["id"] == entry["id"]
    assert set(results[0]) == {
        "id",
        "claim",
        "verdict",
        "summary",
        "url",
        "as_of",
        "match",
        "similarity",
    }
    few = client.get("/debunks/search", params={"q": "治病", "limit": 3}).json()["results"]
    assert len(few) == 3
    for wrong in ("", "  ", "字" * 2001):
        assert client.get("/debunks/search", params={"q": wrong}).status_code == 422


def test_an_export_can_be_imported_again(client: TestClient, entry: dict[str, Any]) -> None:
    document = client.get("/debunks/export").json()
    assert document["@context"] == "https://schema.org"
    report = client.post("/debunks/import", json=document).json()
    assert report["unchanged"] == len(document["@graph"]) == len(report["results"])
    client.delete(f"/debunks/{entry['id']}")
    report = client.post("/debunks/import", json=document["@graph"]).json()
    assert (report["added"], report["updated"], report["invalid"]) == (1, 0, 0)
    again = client.get(f"/debunks/{entry['id']}").json()
    assert {name: again[name] for name in BODY} == BODY


def test_an_import_reports_each_review(client: TestClient) -> None:
    good = {
        "@type": "ClaimReview",
        "claimReviewed": "南极企鹅昨晚集体搬家",
        "reviewRating": {"alternateName": "False"},
    }
    response = client.post(
        "/debunks/import",
        json=[good, {"@type": "ClaimReview"}],
        headers={"Content-Type": "application/ld+json"},
    )
    assert response.status_code == 201
    first, second = response.json()["results"]
    assert (first["status"], second["status"]) == ("added", "invalid")
    assert second["errors"][0]["pointer"] == "/claimReviewed"
    assert client.delete(f"/debunks/{first['id']}").status_code == 200
    assert client.post("/debunks/import", json=[]).status_code == 422
    assert client.post("/debunks/import", json=[good] * 1001).status_code == 413


def test_the_affected_decisions_of_an_entry(client: TestClient, entry: dict[str, Any]) -> None:
    address = f"/debunks/{entry['id']}/affected"
    wait_until(lambda: client.get(address).json()["state"] == "done")
    answer = client.get(address).json()
    assert (answer["id"], answer["revision"]) == (entry["id"], entry["revision"])
    assert client.get("/debunks/nothing-here/affected").status_code == 404
    assert client.get(address, params={"after": "x"}).status_code == 422


def test_what_is_sent_twice_with_one_key_is_done_once(client: TestClient) -> None:
    headers = {"Idempotency-Key": "one-moon"}
    body = {"claim": "月亮背面昨晚开了一家面馆", "verdict": "false"}
    first = client.post("/debunks", json=body, headers=headers)
    again = client.post("/debunks", json=body, headers=headers)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    other = client.post("/debunks", json=body | {"verdict": "true"}, headers=headers)
    assert other.status_code == 409
    assert client.delete(f"/debunks/{first.json()['id']}").status_code == 200
