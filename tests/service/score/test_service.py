"""The path as a whole: scored again without a trace, explained beside plain requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

from service.score.schemas import Item
from service.score.service import ScoreService
from service.state import State
from tests.service.conftest import Post
from tests.tiny import random_posts


def rescored(client: TestClient, item: Item, *, explained: bool) -> dict[str, Any]:
    state: State = client.app.state.mingjian
    scoring: ScoreService = state.scoring
    policy = state.domains.policies.resolve("default")

    async def run() -> dict[str, Any]:
        return (await scoring.rescore(item, policy, explained)).model_dump()

    call: Callable[..., Any] = client.portal.call
    return call(run)


def test_a_post_is_scored_again_without_a_trace(client: TestClient, post: Post) -> None:
    text = random_posts(8, longest=60)[5].text
    item = Item(text=text, title="通知", id="7", author_id="rescored")
    before = client.get("/decisions", params={"limit": 1}).json()
    again = rescored(client, item, explained=True)
    assert client.get("/decisions", params={"limit": 1}).json() == before
    assert again["decision_id"] is None
    sent = {"text": text, "title": "通知", "id": "7", "explain": True}
    (found,) = post(sent).json()["results"]
    assert {**found, "decision_id": None} == again


def test_a_post_that_is_scored_again_is_none_more_of_its_author(client: TestClient) -> None:
    item = Item(text="今天下午三点在老地方见面，请大家准时到", author_id="burst")
    found = [rescored(client, item, explained=False) for _ in range(30)]
    assert not any(reason["code"] == "rule.flood" for one in found for reason in one["reasons"])


def test_explaining_and_plain_requests_are_answered_side_by_side(post: Post) -> None:
    items = [{"text": sent.text} for sent in random_posts(64, longest=200)]
    bodies = [{"items": items, "explain": True}, *({"text": one["text"]} for one in items[:12])]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, bodies))
    assert {answer.status_code for answer in answers} == {200}
    explained = answers[0].json()["results"]
    for result, alone in zip(explained, answers[1:], strict=False):
        (plain,) = alone.json()["results"]
        assert plain["suggestion"] == result["suggestion"]
    assert any(result["reasons"] for result in explained)


def test_a_cancelled_explanation_leaves_the_engine_at_peace(client: TestClient, post: Post) -> None:
    state: State = client.app.state.mingjian
    policy = state.domains.policies.resolve("default")

    async def run() -> None:
        text = random_posts(3, longest=400)[2].text * 40
        items = (state.scoring.rescore(Item(text=text), policy, True) for _ in range(4))
        tasks = [asyncio.create_task(work) for work in items]
        await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    client.portal.call(run)
    assert post({"text": "今天"}).status_code == 200
    assert state.scoring.engine.waiting_tokens == 0
