"""POST /score answers what the contract says, field by field."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from data.registers import REGISTERS
from models.labels import LABELS
from service.score.schemas import ScoreResponse
from tests.service.conftest import Post
from tests.tiny import NAME, random_posts

FULL_ITEM = {
    "id": "42",
    "title": "通知",
    "text": "明天上午停水。",
    "author_id": "u1",
    "channel": "comment",
    "published_at": "2026-11-22T09:00:00+08:00",
}


def result(post: Post, text: str, **fields: object) -> dict:
    response = post({"items": [{"text": text, **fields}]})
    assert response.status_code == 200
    return response.json()["results"][0]


def test_envelope_of_an_answer(post: Post) -> None:
    response = post({"items": [FULL_ITEM], "policy": "default", "explain": False, "store": True})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert set(answer) == {"request_id", "release", "policy", "results"}
    assert answer["request_id"] == response.headers["x-request-id"]
    assert answer["release"] == NAME
    assert answer["policy"]["name"] == "default"
    assert answer["policy"]["version"]
    ScoreResponse.model_validate(answer)


def test_every_field_of_a_result(post: Post) -> None:
    found = post({"items": [FULL_ITEM]}).json()["results"][0]
    assert set(found) == {
        "id",
        "status",
        "suggestion",
        "scores",
        "labels",
        "reasons",
        "debunks",
        "coverage",
        "decision_id",
    }
    assert found["id"] == "42"
    assert found["status"] == 200
    assert set(found["scores"]) == {"rumour", "low_quality"}
    assert found["reasons"] == found["debunks"] == []
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", found["decision_id"])
    assert found["coverage"] == {"characters": 7, "windows": 1, "truncated": False}


def test_labels_lists_every_label_with_its_flag(post: Post) -> None:
    for sent in random_posts(40):
        found = result(post, sent.text)
        assert [label["label"] for label in found["labels"]] == [
            *(label.public for label in LABELS),
            "low_quality.flood",
            "low_quality.engagement_bait",
        ]
        for label in found["labels"]:
            assert set(label) == {"label", "score", "threshold", "flagged"}
            assert 0 <= label["score"] <= 1
            assert label["flagged"] == (label["score"] >= label["threshold"])
        flagged = any(label["flagged"] for label in found["labels"])
        if flagged:
            assert found["suggestion"] == "review"
        elif not found["reasons"]:
            assert found["suggestion"] == "pass"
        assert found["scores"]["rumour"] == found["labels"][0]["score"]
        assert 0 <= found["scores"]["low_quality"] <= 1


def undecided(results: list[dict]) -> list[dict]:
    return [
        {name: part for name, part in found.items() if name != "decision_id"} for found in results
    ]


def test_single_form_answers_as_a_batch_of_one(post: Post) -> None:
    single = post({**FULL_ITEM, "explain": True, "policy": "default"}).json()
    batch = post({"items": [FULL_ITEM], "explain": True}).json()
    assert undecided(single["results"]) == undecided(batch["results"])
    assert set(single) == set(batch)


@pytest.mark.parametrize("extra", [{}, {"id": None}, {"title": None, "channel": None}])
def test_a_missing_id_comes_back_as_null(post: Post, extra: dict) -> None:
    assert result(post, "今天", **extra)["id"] is None


@pytest.mark.parametrize("identity", ["", "0042", " 空格 ", "😀", "a/b~c", "x" * 256])
def test_ids_come_back_as_sent(post: Post, identity: str) -> None:
    assert result(post, "今天", id=identity)["id"] == identity


def test_results_keep_the_order_of_the_items(post: Post) -> None:
    texts = [sent.text for sent in random_posts(64)]
    items = [{"id": str(place), "text": text} for place, text in enumerate(texts)]
    results = post({"items": items}).json()["results"]
    assert [found["id"] for found in results] == [str(place) for place in range(64)]
    assert [found["coverage"]["characters"] for found in results] == list(map(len, texts))


def test_the_same_text_alone_and_among_63_others(post: Post) -> None:
    texts = [sent.text for sent in random_posts(64)]
    together = post({"items": [{"text": text} for text in texts]}).json()["results"]
    for text, among in zip(texts, together, strict=True):
        alone = result(post, text)
        pairs = zip(alone["labels"], among["labels"], strict=True)
        assert all(abs(one["score"] - other["score"]) <= 0.005 for one, other in pairs)
        difference = alone["scores"]["low_quality"] - among["scores"]["low_quality"]
        assert abs(difference) <= 0.005


def test_long_text_is_read_in_windows_to_its_end(post: Post) -> None:
    text = "一" * 10 + "地震" * 9995
    found = result(post, text)
    assert found["coverage"]["characters"] == 20_000
    assert not found["coverage"]["truncated"]
    varied = "".join(sent.text for sent in random_posts(300))[:20_000]
    assert result(post, varied)["coverage"]["windows"] > 100
    assert result(post, varied)["scores"] != result(post, varied[:40])["scores"]


def test_characters_are_code_points_of_the_text_as_sent(post: Post) -> None:
    found = result(post, "\u200b ＡＢ😀𝕊 ", title="不计入")
    assert found["coverage"]["characters"] == 7


def test_the_title_is_read(post: Post) -> None:
    plain = result(post, "今天不用上学")
    titled = result(post, "今天不用上学", title="地震警察转医院")
    assert plain["scores"] != titled["scores"]
    assert post({"text": "今天", "title": "题" * 200}).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        "👨‍👩‍👧‍👦🈶",
        "。",
        "…",
        "-",
        "!!!",
        "1",
        "a",
        "龘",
        "\x00中",
        "繁體中文，測試",
        "\ue000",
    ],
)
def test_whatever_can_be_seen_is_scored(post: Post, text: str) -> None:
    assert result(post, text)["status"] == 200


@pytest.mark.parametrize("channel", REGISTERS)
def test_channels_are_the_registers(post: Post, channel: str) -> None:
    assert result(post, "今天", channel=channel)["status"] == 200


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-22T09:00:00Z",
        "2026-11-22t09:00:00.123456789z",
        "2016-12-31T23:59:60Z",
        "2024-02-29T00:00:00-23:59",
    ],
)
def test_times_of_rfc_3339(post: Post, time: str) -> None:
    assert result(post, "今天", published_at=time)["status"] == 200


def test_null_options_are_the_defaults(post: Post) -> None:
    plain = post({"items": [{"text": "今天"}]}).json()["results"]
    options = {"explain": None, "store": None, "policy": None}
    nulls = post({"items": [{"text": "今天"}], **options}).json()["results"]
    assert undecided(nulls) == undecided(plain)


def test_256_items_and_200_000_characters_are_taken(post: Post) -> None:
    assert len(post({"items": [{"text": "今"}] * 256}).json()["results"]) == 256
    response = post({"items": [{"text": "今" * 20_000}] * 10})
    assert response.status_code == 200
    assert {found["status"] for found in response.json()["results"]} == {200}


def test_a_body_may_begin_with_a_byte_order_mark(client: TestClient) -> None:
    response = client.post("/score", content=b'\xef\xbb\xbf{"text":"\xe4\xbb\x8a"}')
    assert response.status_code == 200


def test_timing_names_the_stages(post: Post) -> None:
    timing = post({"text": "今天"}).headers["server-timing"]
    names = [part.split(";")[0] for part in timing.split(", ")]
    assert names == [
        "receive",
        "normalise",
        "match",
        "tokenise",
        "queue",
        "infer",
        "calibrate",
        "decide",
        "record",
        "answer",
    ]


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1.2_3:4", True), ("x" * 65, False), ("有", False), ("a b", False)]
)
def test_request_ids_are_taken_when_sane(post: Post, sent: str, kept: bool) -> None:
    response = post({"text": "今天"}, headers={"X-Request-Id": sent.encode()})
    assert (response.headers["x-request-id"] == sent) == kept
    assert response.json()["request_id"] == response.headers["x-request-id"]
