"""Rules in POST /score: labels of score 0 or 1, reasons, bursts by author."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

FLOOD, BAIT = "low_quality.flood", "low_quality.engagement_bait"


def score(client: TestClient, **post: Any) -> dict[str, Any]:
    (result,) = client.post("/score", json=post).json()["results"]
    return result


def flagged(result: dict[str, Any]) -> set[str]:
    return {one["label"] for one in result["labels"] if one["flagged"]} & {FLOOD, BAIT}


def test_rules_raise_their_labels_with_a_reason(client: TestClient) -> None:
    flood = score(client, text="还我押金！" * 12)
    assert flagged(flood) == {FLOOD}
    assert {one["label"]: one["score"] for one in flood["labels"]}[FLOOD] == 1
    (reason,) = (one for one in flood["reasons"] if one["code"] == "rule.flood")
    assert (reason["source"], reason["field"], reason["start"], reason["end"]) == (
        "rule",
        "text",
        0,
        60,
    )
    assert flagged(score(client, text="转发到3个群即可领取红包，亲测有效")) == {BAIT}


def test_ordinary_posts_have_the_labels_with_score_0(client: TestClient) -> None:
    result = score(client, text="周末打算去植物园看荷花，有人一起吗？")
    scores = {one["label"]: one["score"] for one in result["labels"]}
    assert (scores[FLOOD], scores[BAIT]) == (0, 0)
    assert flagged(result) == set()


def test_a_burst_of_one_author(client: TestClient) -> None:
    text = "本小区二手书柜清仓，樟木的榉木的都有，价格好说，先到先得，周日晚上截止。"
    results = [score(client, text=text, author_id="burst-1") for _ in range(4)]
    assert [FLOOD in flagged(one) for one in results] == [False, False, False, True]
    assert flagged(score(client, text=text)) == set()
