"""Decisions in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import String, cast, select

from service.decision.fingerprint import Fingerprints
from service.decision.record import Recorded, Verdict
from service.decision.repository import DecisionRepository, Filters
from service.decision.tables import decision_flags, decisions
from service.identifiers import new_id
from service.store.database import Database
from tests.service.decision.made import made_decision, made_result

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REASON = {"code": "model.rumour", "start": 0, "end": 2, "text": "秘密", "read_as": "秘密"}


async def keep(repository: DecisionRepository, **values: Any) -> Recorded:
    decision = made_decision(**values)
    await repository.add([decision])
    found = await repository.get(decision.id)
    assert found is not None
    return found


async def test_everything_comes_back(
    repository: DecisionRepository, fingerprints: Fingerprints
) -> None:
    result = made_result(rumour=0.9, ad_spam=0.2)
    made = made_decision(
        title="题\0",
        text="正文\0🈶",
        normalised="正文有",
        result=result,
        item_id="42",
        author_id="u1",
        channel="comment",
        published_at="2026-11-22T09:00:00+08:00",
        key_id="K",
        explain=True,
    )
    await repository.add([made])
    found = await repository.get(made.id)
    assert found is not None
    for name in ("id", "request_id", "created_at", "title", "text", "item_id", "author_id"):
        assert getattr(found, name) == getattr(made, name)
    for name in ("channel", "published_at", "key_id", "explain", "versions", "suggestion", "store"):
        assert getattr(found, name) == getattr(made, name)
    assert found.fingerprint == fingerprints.of_text("正文有")
    assert found.result["labels"] == result["labels"]
    assert found.result["scores"] == result["scores"]
    assert found.flags == ("rumour",)
    assert found.erased_at is None


async def test_an_unknown_decision(repository: DecisionRepository) -> None:
    assert await repository.get(new_id()) is None


async def test_the_fingerprint_mode_keeps_no_text(
    repository: DecisionRepository, database: Database
) -> None:
    result = {**made_result(rumour=0.9), "reasons": [REASON]}
    values = {"text": "秘密的话", "title": "秘密", "author_id": "u1", "result": result}
    found = await keep(repository, store="fingerprint", **values)
    assert (found.text, found.title, found.author_id) == (None, None, "u1")
    assert found.fingerprint is not None
    assert found.result["reasons"] == [{**REASON, "text": "", "read_as": ""}]
    async with database.read() as connection:
        everything = [cast(column, String) for column in decisions.columns]
        stored = str((await connection.execute(select(*everything))).all())
    assert "秘密" not in stored.encode().decode("unicode_escape")
    assert "秘密" not in stored


async def test_a_transaction_is_stored_whole_or_not(repository: DecisionRepository) -> None:
    first = made_decision()
    with pytest.raises(Exception, match=r"(?i)unique"):
        await repository.add([first, made_decision(id=first.id)])
    assert await repository.get(first.id) is None


async def fill(repository: DecisionRepository) -> list[str]:
    """Ten decisions, an hour apart, oldest first."""
    made = [
        made_decision(
            at=NOON + timedelta(hours=number),
            author_id="u1" if number % 2 else "u2",
            channel="comment" if number < 3 else None,
            store="fingerprint" if number == 9 else "text",
            result=made_result(rumour=0.9 if number == 4 else 0.1, fraud=0.9 if number > 7 else 0),
        )
        for number in range(10)
    ]
    await repository.add(made)
    return [decision.id for decision in made]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"suggestion": "review"}, [9, 8, 4]),
        ({"flagged": True}, [9, 8, 4]),
        ({"flagged": False, "author_id": "u1"}, [7, 5, 3, 1]),
        ({"label": "low_quality.fraud"}, [9, 8]),
        ({"label": "rumour", "author_id": "u1"}, []),
        ({"channel": "comment"}, [2, 1, 0]),
        ({"since": NOON + timedelta(hours=7)}, [9, 8, 7]),
        ({"until": NOON + timedelta(hours=2)}, [1, 0]),
        ({"with_text": True, "flagged": True}, [8, 4]),
    ],
)
async def test_filters(
    repository: DecisionRepository, filters: dict[str, Any], numbers: list[int]
) -> None:
    ids = await fill(repository)
    found = await repository.page(Filters(**filters), limit=100)
    assert [decision.id for decision in found] == [ids[number] for number in numbers]


async def test_pages_follow_each_other(repository: DecisionRepository) -> None:
    ids = await fill(repository)
    first = await repository.page(Filters(), limit=4)
    second = await repository.page(Filters(), limit=100, before=first[-1].id)
    assert [decision.id for decision in (*first, *second)] == ids[::-1]


async def test_the_walk_over_all_is_complete(
    repository: DecisionRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.decision.repository.CHUNK", 3)
    ids = await fill(repository)
    every = [decision.id async for decision in repository.recorded(with_text=False)]
    assert every == ids[::-1]
    assert [d.id async for d in repository.recorded()] == ids[8::-1]
    assert [d.id async for d in repository.recorded(limit=4)] == ids[8:4:-1]
    since = NOON + timedelta(hours=6)
    assert [d.id async for d in repository.recorded(since=since)] == ids[8:5:-1]


async def test_flags_are_counted(repository: DecisionRepository) -> None:
    await fill(repository)
    assert await repository.flags(NOON) == {"rumour": 1, "low_quality.fraud": 2}
    assert await repository.flags(NOON + timedelta(hours=8)) == {"low_quality.fraud": 2}


async def test_the_latest_verdict_counts(repository: DecisionRepository) -> None:
    decision = await keep(repository)
    assert await repository.verdicts_of([decision.id]) == {}
    for verdict in ("block", "pass"):
        await repository.add_verdict(
            Verdict(
                id=new_id(),
                decision_id=decision.id,
                created_at=NOON,
                verdict=verdict,
                labels={"rumour": 0},
                note="看过了",
                key_id=None,
            )
        )
    found = (await repository.verdicts_of([decision.id]))[decision.id]
    assert (found.verdict, found.labels, found.note) == ("pass", {"rumour": 0}, "看过了")
    assert found.created_at == NOON


async def test_old_decisions_are_removed_in_batches(
    repository: DecisionRepository, database: Database
) -> None:
    ids = await fill(repository)
    before = NOON + timedelta(hours=5)
    assert await repository.purge(before, batch=3) == 3
    assert await repository.purge(before, batch=3) == 2
    assert await repository.purge(before, batch=3) == 0
    assert [d.id for d in await repository.page(Filters(), 100)] == ids[:4:-1]
    async with database.read() as connection:
        flags = (await connection.scalars(select(decision_flags.c.decision_id))).all()
    assert sorted(flags) == ids[8:]
