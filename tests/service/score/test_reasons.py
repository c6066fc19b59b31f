"""Reasons over HTTP: of the model where they are asked for, of words, rules and debunks always."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.score.schemas import ScoreResponse
from tests.service.conftest import Post
from tests.tiny import random_posts

FIELDS = [
    "code",
    "rule",
    "source",
    "field",
    "start",
    "end",
    "text",
    "read_as",
    "weight",
    "note",
]
CLAIM = "吃柿子之后喝牛奶会立刻中毒"


@pytest.fixture(scope="module")
def debunk(client: TestClient) -> Iterator[str]:
    """An entry of the debunk library, by its id."""
    sent = {"claim": CLAIM, "verdict": "false", "summary": "同吃并不中毒。", "as_of": "2026-01-01"}
    answer = client.post("/debunks", json=sent)
    assert answer.status_code == 201, answer.text
    identity = answer.json()["id"]
    yield identity
    client.delete(f"/debunks/{identity}")


def results(post: Post, *items: dict, **options: object) -> list[dict]:
    response = post({"items": list(items), **options})
    assert response.status_code == 200, response.text
    ScoreResponse.model_validate(response.json())
    return response.json()["results"]


def of_source(result: dict, source: str) -> list[dict]:
    return [reason for reason in result["reasons"] if reason["source"] == source]


def test_every_flag_of_the_model_is_explained_when_asked(post: Post) -> None:
    items = [{"title": " 通知", "text": sent.text} for sent in random_posts(40)]
    found = results(post, *items, explain=True)
    assert any(of_source(result, "model") for result in found)
    for item, result in zip(items, found, strict=True):
        flagged = {
            label["label"].removeprefix("low_quality.")
            for label in result["labels"]
            if label["flagged"] and label["label"] not in RULE_LABELS
        }
        reasons = of_source(result, "model")
        assert {reason["code"].removeprefix("model.") for reason in reasons} == flagged
        for reason in result["reasons"]:
            assert list(reason) == FIELDS
            place = slice(reason["start"], reason["end"])
            assert item[reason["field"]][place] == reason["text"]


RULE_LABELS = ("low_quality.flood", "low_quality.engagement_bait")


def test_the_model_is_silent_when_not_asked(post: Post) -> None:
    items = [{"text": sent.text} for sent in random_posts(40)]
    assert not any(of_source(result, "model") for result in results(post, *items))


def test_the_weights_of_a_label_stay_within_its_score(post: Post) -> None:
    (result,) = results(post, {"text": "今天下雨，" * 30 + "警察说的事都是真的"}, explain=True)
    for label in result["labels"]:
        code = f"model.{label['label'].removeprefix('low_quality.')}"
        weights = [reason["weight"] for reason in result["reasons"] if reason["code"] == code]
        assert all(weight >= 0 for weight in weights)
        assert sum(weights) <= label["score"] + 0.001


def test_a_rule_raises_its_label_and_says_where(post: Post) -> None:
    (result,) = results(post, {"text": "全网最低价，快来看看。" * 12})
    (label,) = [one for one in result["labels"] if one["label"] == "low_quality.flood"]
    assert (label["score"], label["flagged"]) == (1.0, True)
    assert [reason["code"] for reason in of_source(result, "rule")] == ["rule.flood"]
    assert result["suggestion"] == "review"


def test_a_word_of_a_list_is_read_through_its_disguise(client: TestClient, post: Post) -> None:
    entries = [{"pattern": "微信代购", "note": "试验"}]
    words = {"list": "reasons-test", "kind": "review", "entries": entries}
    assert client.post("/words", json=words).status_code == 201
    try:
        text = "有事找我，薇❤代购都有"
        (result,) = results(post, {"text": text})
    finally:
        client.delete("/words/reasons-test")
    (reason,) = [one for one in result["reasons"] if one["code"] == "word.reasons-test"]
    assert text[reason["start"] : reason["end"]] == reason["text"] == "薇❤代购"
    assert reason["read_as"] == "微信代购"
    assert "读作" in reason["note"]
    assert result["suggestion"] == "review"


def test_a_claim_that_was_debunked_is_answered(post: Post, debunk: str) -> None:
    (result,) = results(post, {"text": f"大家注意了！{CLAIM}，昨天楼下就有一个。"})
    assert [found["id"] for found in result["debunks"]] == [debunk]
    assert result["debunks"][0]["match"] == "confirmed"
    (reason,) = of_source(result, "debunk")
    assert reason["code"] == "debunk.confirmed"
    assert reason["text"] == CLAIM
    assert result["suggestion"] == "review"


def test_a_post_that_quotes_a_claim_to_debunk_it_does_not_speak_for_it(
    post: Post, debunk: str
) -> None:
    (result,) = results(post, {"text": f"辟谣：“{CLAIM}”系谣言，不要相信。"})
    (reason,) = of_source(result, "debunk")
    assert (reason["code"], reason["rule"]) == ("debunk.quoted", None)
    assert [found["id"] for found in result["debunks"]] == [debunk]
    others = [
        label for label in result["labels"] if label["flagged"] and label["label"] != "rumour"
    ]
    assert result["suggestion"] == ("review" if others else "pass")
