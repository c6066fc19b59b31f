"""Feedback in either database: quarantined, compared, released, exported, forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.check import check
from data.schema import Example
from models.normaliser import Normaliser
from service.decision.fingerprint import Fingerprints
from service.decision.repository import DecisionRepository
from service.errors import InvalidRequest, NotFound
from service.feedback.errors import TextNotStored
from service.feedback.repository import FeedbackRepository
from service.feedback.schemas import FeedbackItem
from service.feedback.service import FeedbackService
from service.identifiers import new_id
from service.key.caller import OPEN, Caller, scopes_of
from service.store.database import Database
from tests.service.decision.made import made_decision

pytestmark = pytest.mark.anyio
POST = "小区停水通知：明天上午九点到下午三点检修水管，请各位住户提前储水，谢谢配合。"
NORMALISER = Normaliser()
SENDER = Caller("S" * 26, scopes_of("score"))


def item(**fields: Any) -> FeedbackItem:
    labels = fields.pop("labels", {"rumour": 0})
    return FeedbackItem.model_validate({"text": POST, "labels": labels, **fields})


@pytest.fixture
def decisions(database: Database) -> DecisionRepository:
    return DecisionRepository(database, Fingerprints(b"k" * 32))


@pytest.fixture
def service(database: Database, decisions: DecisionRepository) -> FeedbackService:
    return FeedbackService(
        FeedbackRepository(database), decisions.get, lambda text: NORMALISER(text).text
    )


async def exported(service: FeedbackService, since: datetime | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) async for line in service.export(since)]


async def test_feedback_waits_in_quarantine(service: FeedbackService) -> None:
    new = item(labels={"rumour": 1, "low_quality.own_kind": 0}, note="注", by="乙", title="通知")
    (identity,) = await service.add([new], SENDER)
    ((shown, similar),), following = await service.page("quarantined", 10, None)
    assert (shown.id, shown.text, shown.title, shown.note, shown.by) == (
        identity,
        POST,
        "通知",
        "注",
        "乙",
    )
    assert shown.labels == {"rumour": 1, "own_kind": 0}
    assert (shown.key_id, shown.state, similar, following) == (
        SENDER.key_id,
        "quarantined",
        [],
        None,
    )
    assert await exported(service) == []


async def test_the_post_of_a_decision_is_taken_over(
    service: FeedbackService, decisions: DecisionRepository
) -> None:
    decision = made_decision(text=POST, title="题", channel="wechat", key_id=SENDER.key_id)
    await decisions.add([decision])
    await service.add([item(text=None, decision_id=decision.id)], SENDER)
    ((shown, _),), _ = await service.page(None, 1, None)
    assert (shown.decision_id, shown.text, shown.title, shown.channel) == (
        decision.id,
        POST,
        "题",
        "wechat",
    )


async def test_decisions_that_cannot_be_used_refuse_the_whole_request(
    service: FeedbackService, decisions: DecisionRepository
) -> None:
    foreign = made_decision(key_id="T" * 26)
    own = made_decision(key_id=SENDER.key_id, store="fingerprint")
    await decisions.add([foreign, own])
    unknown = item(text=None, decision_id=new_id())
    with pytest.raises(InvalidRequest) as caught:
        await service.add([item(), unknown, item(text=None, decision_id=foreign.id)], SENDER)
    assert [fault.pointer for fault in caught.value.errors] == [
        "/items/1/decision_id",
        "/items/2/decision_id",
    ]
    with pytest.raises(TextNotStored) as kept_out:
        await service.add([item(), item(text=None, decision_id=own.id)], SENDER)
    assert [fault.pointer for fault in kept_out.value.errors] == ["/items/1/decision_id"]
    assert await service.page(None, 10, None) == ([], None)
    reviewer = Caller("R" * 26, scopes_of("review"))
    assert len(await service.add([item(text=None, decision_id=foreign.id)], reviewer)) == 1


@pytest.mark.parametrize("store", ["fingerprint", "none"])
async def test_a_key_that_keeps_no_text_gives_no_feedback(
    service: FeedbackService, store: Any
) -> None:
    with pytest.raises(TextNotStored, match=store):
        await service.add([item()], Caller("S" * 26, scopes_of("score"), store))
    assert await service.page(None, 10, None) == ([], None)


async def test_pages_go_back_in_time(service: FeedbackService) -> None:
    ids = await service.add([item(text=f"第{number}条不同的帖子") for number in range(5)], OPEN)
    newest, following = await service.page(None, 2, None)
    assert [shown.id for shown, _ in newest] == sorted(ids, reverse=True)[:2]
    rest, end = await service.page(None, 3, following)
    assert [shown.id for shown, _ in rest] == sorted(ids, reverse=True)[2:]
    assert end is None


async def test_similar_and_conflicting_feedback_is_shown(service: FeedbackService) -> None:
    first, second, third, _ = await service.add(
        [
            item(labels={"rumour": 1}),
            item(text=f"【转发】{POST}", labels={"rumour": 0}),
            item(text=POST.replace("九点", "十点"), labels={"rumour": 1, "low_quality.abuse": 0}),
            item(text="今晚的球赛改到八点开始。", labels={"rumour": 0}),
        ],
        OPEN,
    )
    shown, similar = next(
        found for found in (await service.page(None, 10, None))[0] if found[0].id == first
    )
    assert [likeness.other.id for likeness in similar] == [second, third]
    assert [likeness.conflicts for likeness in similar] == [("rumour",), ()]
    assert all(0.6 <= likeness.similarity <= 1 for likeness in similar)
    await service.review(second, "rejected", None, OPEN)
    assert [likeness.other.id for likeness in await service.similar(shown)] == [third]


async def test_feedback_on_one_decision_belongs_together(
    service: FeedbackService, decisions: DecisionRepository
) -> None:
    decision = made_decision(text=POST)
    await decisions.add([decision])
    one, two = await service.add(
        [
            item(text=None, decision_id=decision.id, labels={"rumour": 1}),
            item(text=None, decision_id=decision.id, labels={"rumour": 0}),
        ],
        OPEN,
    )
    shown, _ = await service.review(one, "released", None, OPEN)
    ((likeness),) = await service.similar(shown)
    assert (likeness.other.id, likeness.conflicts, likeness.similarity) == (two, ("rumour",), 1)


async def test_only_what_was_released_leaves(service: FeedbackService) -> None:
    one, two, three = await service.add(
        [item(text=f"第{number}条帖子，内容各不相同") for number in range(3)], OPEN
    )
    reviewer = Caller("R" * 26, scopes_of("review"))
    shown, _ = await service.review(two, "released", "查过", reviewer)
    assert (shown.state, shown.reviewed_by, shown.review_note) == ("released", "R" * 26, "查过")
    await service.review(three, "rejected", None, reviewer)
    (line,) = await exported(service)
    assert line["id"] == f"feedback-{two}"
    await service.review(two, "rejected", None, reviewer)
    assert await exported(service) == []
    with pytest.raises(NotFound):
        await service.review(new_id(), "released", None, reviewer)
    assert [shown.id for shown, _ in (await service.page("quarantined", 9, None))[0]] == [one]


async def test_exported_lines_are_examples(service: FeedbackService, tmp_path: Path) -> None:
    labels = {"rumour": 0, "low_quality.ad_spam": 1, "low_quality.own_kind": 1}
    (one,) = await service.add([item(labels=labels, channel="chat", title="题")], OPEN)
    (two,) = await service.add([item(text="另一条完全不同的帖子。")], OPEN)
    await service.review(two, "released", None, OPEN)
    await service.review(one, "released", None, OPEN)
    lines = await exported(service)
    assert [line["id"] for line in lines] == [f"feedback-{two}", f"feedback-{one}"]
    first, second = (Example.model_validate(line) for line in lines)
    assert (first.source, first.register_, first.title) == ("feedback", "web", None)
    assert (second.register_, second.title, second.text) == ("chat", "题", POST)
    assert second.labels == {"rumour": 0, "ad_spam": 1, "own_kind": 1}
    file = tmp_path / "feedback.jsonl"
    file.write_bytes(b"".join([line async for line in service.export(None)]))
    report = check([file])
    assert (report.rows, report.bad) == (2, [])


async def test_an_export_since_a_moment_and_in_chunks(
    service: FeedbackService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.feedback.repository.CHUNK", 2)
    ids = await service.add([item(text=f"第{number}条帖子，各不相同") for number in range(7)], OPEN)
    moments = []
    for identity in ids:
        shown, _ = await service.review(identity, "released", None, OPEN)
        moments.append(shown.reviewed_at)
    assert [line["id"] for line in await exported(service)] == [f"feedback-{i}" for i in ids]
    late = await exported(service, moments[4])
    assert [line["id"] for line in late] == [f"feedback-{i}" for i in ids[4:]]
    assert await exported(service, datetime.now(UTC) + timedelta(days=1)) == []


async def test_feedback_on_forgotten_decisions_is_removed(
    service: FeedbackService, decisions: DecisionRepository, database: Database
) -> None:
    gone, kept = made_decision(text=POST), made_decision(text=POST)
    await decisions.add([gone, kept])
    _, second, third = await service.add(
        [item(text=None, decision_id=gone.id), item(text=None, decision_id=kept.id), item()], OPEN
    )
    async with database.write() as connection:
        assert await FeedbackRepository.forget_decisions(connection, [gone.id, new_id()]) == 1
    left = [shown.id for shown, _ in (await service.page(None, 9, None))[0]]
    assert sorted(left) == sorted([second, third])


async def test_odd_characters_are_kept(service: FeedbackService) -> None:
    text = "空\0字符和😀表情"
    (identity,) = await service.add([item(text=text, note="a\0b", by="c\0d")], OPEN)
    await service.review(identity, "released", "e\0f", OPEN)
    ((shown, _),), _ = await service.page(None, 9, None)
    assert shown.text == text
    assert (shown.note, shown.by, shown.review_note) == ("a\u2400b", "c\u2400d", "e\u2400f")
