from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.scorer import Scorer
from service.debunk.embedding import Embedder
from service.debunk.ranking import DEFAULT
from service.debunk.service import DebunkService
from service.decision.fingerprint import Fingerprints
from service.decision.repository import DecisionRepository
from service.event.tables import deliveries, events
from service.retrospect.repository import LEASE, RetrospectRepository
from service.retrospect.service import EVENT, MOST_IN_EVENT, Retrospect
from service.store.database import Database
from tests.service.debunk.made import CLAIM, OTHER, debunk
from tests.service.decision.made import made_decision, made_result

pytestmark = pytest.mark.anyio
URL = "https://caller.example/hook"
REVIEW = made_result(rumour=0.9)
EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def history(database: Database) -> DecisionRepository:
    return DecisionRepository(database, Fingerprints(b"a key for tests, long enough"))


@pytest.fixture
async def debunks(database: Database, tiny_scorer: Scorer) -> AsyncIterator[DebunkService]:
    service = await DebunkService.open(database, tiny_scorer, shipped=(), poll_s=60)
    yield service
    await service.close()


@pytest.fixture
def looking(
    database: Database, debunks: DebunkService, history: DecisionRepository, tiny_scorer: Scorer
) -> Retrospect:
    repository = RetrospectRepository(database)
    return Retrospect(repository, debunks, history, tiny_scorer, urls=(URL,))


async def written(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(events).order_by(events.c.id))).all())


async def test_earlier_posts_that_passed_are_found(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository
) -> None:
    passed = made_decision(EARLIER, text=f"快看，{CLAIM}！")
    quoted = made_decision(EARLIER, text=f"辟谣：{CLAIM}没有依据")
    others = [
        made_decision(EARLIER, text=CLAIM, result=REVIEW),
        made_decision(EARLIER, text="今天天气不错，出去走走"),
        made_decision(EARLIER, text=CLAIM, store="fingerprint"),
        made_decision(EARLIER, text=CLAIM, store="none"),
    ]
    await history.add([passed, quoted, *others])
    entry = await debunks.add(debunk())
    assert (await looking.repository.scan(entry.id)).state == "waiting"  # type: ignore[union-attr]
    await looking.step()
    scan = await looking.repository.scan(entry.id)
    assert scan is not None
    assert (scan.state, scan.complete, scan.revision) == ("done", True, entry.revision)
    found = {one.decision_id: one for one in await looking.repository.page(entry.id, 10, None)}
    assert set(found) == {passed.id, quoted.id}
    assert (found[passed.id].match, found[passed.id].quoted) == ("confirmed", False)
    assert found[quoted.id].quoted


async def test_the_event_names_decisions_and_holds_no_text(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository, database: Database
) -> None:
    decision = made_decision(EARLIER, text=f"快看，{CLAIM}！")
    await history.add([decision])
    entry = await debunks.add(debunk())
    await looking.step()
    (event,) = await written(database)
    assert event.type == EVENT
    assert event.data["debunk_id"] == entry.id
    assert event.data["revision"] == entry.revision
    assert event.data["total"] == 1
    assert event.data["decisions"][0]["decision_id"] == decision.id
    assert event.data["debunks"] == debunks.library.version
    assert "螃蟹" not in json.dumps(event.data, ensure_ascii=False)
    async with database.read() as connection:
        assert [row.url for row in await connection.execute(select(deliveries))] == [URL]


async def test_without_a_find_there_is_no_event(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository, database: Database
) -> None:
    await history.add([made_decision(EARLIER)])
    await debunks.add(debunk())
    await looking.step()
    assert await written(database) == []


async def test_a_post_that_knew_the_entry_is_not_affected(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository
) -> None:
    entry = await debunks.add(debunk())
    known = made_result() | {"debunks": [{"id": entry.id}]}
    later = made_decision(datetime.now(UTC) + timedelta(seconds=5), text=CLAIM, result=known)
    await history.add([later])
    await looking.step()
    assert await looking.repository.page(entry.id, 10, None) == []


async def test_a_changed_entry_is_looked_for_again(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository, database: Database
) -> None:
    first, second = made_decision(EARLIER, text=CLAIM), made_decision(EARLIER, text=OTHER)
    await history.add([first, second])
    entry = await debunks.add(debunk())
    await looking.step()
    await debunks.change(entry.id, debunk(OTHER))
    await looking.step()
    found = await looking.repository.page(entry.id, 10, None)
    assert [one.decision_id for one in found] == [second.id]
    assert len(await written(database)) == 2
    await debunks.change(entry.id, debunk(OTHER, verdict="true"))
    await looking.step()
    assert await looking.repository.page(entry.id, 10, None) == []


async def test_many_entries_are_looked_for_in_one_reading(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository
) -> None:
    decisions = [made_decision(EARLIER, text=text) for text in (CLAIM, OTHER)]
    await history.add(decisions)
    entries = await debunks.put({"crab": debunk(), "oven": debunk(OTHER)})
    await looking.step()
    for entry, decision in zip(entries, decisions, strict=True):
        found = await looking.repository.page(entry.id, 10, None)
        assert [one.decision_id for one in found] == [decision.id]


async def test_only_the_newest_posts_are_read(
    database: Database, debunks: DebunkService, history: DecisionRepository, tiny_scorer: Scorer
) -> None:
    old = made_decision(EARLIER - timedelta(hours=1), text=CLAIM)
    await history.add([old, *(made_decision(EARLIER) for _ in range(5))])
    entry = await debunks.add(debunk())
    looking = Retrospect(RetrospectRepository(database), debunks, history, tiny_scorer, most_read=3)
    await looking.step()
    scan = await looking.repository.scan(entry.id)
    assert scan is not None
    assert (scan.scanned, scan.complete) == (3, False)
    assert await looking.repository.page(entry.id, 10, None) == []


async def test_meaning_finds_earlier_posts_too(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository, tiny_scorer: Scorer
) -> None:
    # Nearly the same words in another order: the random model sees nearly the same.
    post = "会中毒柿子一起吃和螃蟹"
    decision = made_decision(EARLIER, text=post)
    await history.add([decision])
    embedder = Embedder(tiny_scorer)
    cosine = float((embedder.embed([CLAIM])[0] @ embedder.embed([post])[0].T).max())
    for _ in range(500):
        if debunks.library.ranking != DEFAULT:
            break  # calibrated, and left alone from now on
        await asyncio.sleep(0.02)
    strict = replace(DEFAULT, near=1.0, least_words=1.5, words=0.5)
    debunks.library.ranking = replace(strict, unrelated=cosine - 0.9, spread=0.1, least=0.9)
    entry = await debunks.add(debunk())
    await looking.step()
    found = await looking.repository.page(entry.id, 10, None)
    assert [one.decision_id for one in found] == [decision.id]


async def test_a_scan_that_was_left_is_taken_up_again(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository
) -> None:
    await debunks.add(debunk())
    now = datetime.now(UTC)
    (scan,) = await looking.repository.take(now, 10)
    assert await looking.repository.take(now, 10) == []
    assert await looking.repository.take(now + LEASE * 1.1, 10) == [replace(scan, state="running")]


async def test_a_removed_entry_is_looked_for_no_more(
    looking: Retrospect, debunks: DebunkService
) -> None:
    entry = await debunks.add(debunk())
    (scan,) = await looking.repository.take(datetime.now(UTC), 10)
    await debunks.remove(entry.id)
    assert await looking.repository.scan(entry.id) is None
    assert not await looking.repository.finish(scan, [], None, datetime.now(UTC))


async def test_it_is_woken_by_a_new_entry(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository
) -> None:
    await history.add([made_decision(EARLIER, text=CLAIM)])
    looking.start(every_s=60)
    await asyncio.sleep(0.1)
    entry = await debunks.add(debunk())
    for _ in range(300):
        scan = await looking.repository.scan(entry.id)
        if scan is not None and scan.state == "done":
            break
        await asyncio.sleep(0.02)
    await looking.close()
    assert len(await looking.repository.page(entry.id, 10, None)) == 1


async def test_pages_of_what_was_found(
    looking: Retrospect, debunks: DebunkService, history: DecisionRepository, database: Database
) -> None:
    await history.add([made_decision(EARLIER, text=CLAIM) for _ in range(MOST_IN_EVENT + 5)])
    entry = await debunks.add(debunk())
    await looking.step()
    first = await looking.repository.page(entry.id, 60, None)
    rest = await looking.repository.page(entry.id, 60, first[-1].decision_id)
    ids = [one.decision_id for one in (*first, *rest)]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == MOST_IN_EVENT + 5
    (event,) = await written(database)
    assert (event.data["total"], len(event.data["decisions"])) == (len(ids), MOST_IN_EVENT)
