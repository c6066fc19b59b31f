"""Word lists in the store: added, removed, watched by other processes; SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from service.store.database import Database
from service.word.entries import Draft
from service.word.errors import UnknownWords, WordsConflict
from service.word.reading import Fault
from service.word.repository import WordRepository
from service.word.service import Outcome, WordService
from tests.service.posts import NORMALISER, read
from tests.service.word.made import NOW, word_list

pytestmark = pytest.mark.anyio


async def service_on(database: Database) -> WordService:
    shipped = [word_list("日常", "allow", "大麻烦")]
    service = WordService(WordRepository(database), NORMALISER, shipped=shipped, clock=lambda: NOW)
    await service.reload()
    return service


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


async def test_a_new_word_is_found_in_the_next_post(database: Database) -> None:
    words = await service_on(database)
    before = words.version
    (outcome,) = await words.add("毒品", "block", [Draft("大麻", ("禁",), "违禁品")], by="k1")
    assert outcome.status == "added"
    assert [hit.code for hit in words.matcher.match(read("出售大麻"))] == ["word.毒品"]
    assert words.version != before
    assert [hit.kind for hit in words.matcher.match(read("大麻烦"))] == ["allow"]
    again = await service_on(database)
    (entry,) = again.find("毒品").entries
    assert entry.draft == Draft("大麻", ("禁",), "违禁品")
    assert again.version == words.version


async def test_each_entry_is_reported(database: Database) -> None:
    words = await service_on(database)
    drafts = [Draft("大麻"), Fault("x", "broken"), Draft("大 麻~烟"), Draft("大麻"), Draft("~a")]
    outcomes = await words.add("毒品", "block", drafts)
    assert statuses(outcomes) == ["added", "invalid", "added", "duplicate", "invalid"]
    assert outcomes[3].entry is not None
    assert outcomes[0].entry is not None
    assert outcomes[3].entry.id == outcomes[0].entry.id
    assert outcomes[4].detail is not None
    assert "begins with ~" in outcomes[4].detail
    later = NOW + timedelta(days=1)
    changed = await words.add(
        "毒品", "block", [Draft("大麻", expires=later), Draft("大麻", expires=later)]
    )
    assert statuses(changed) == ["updated", "duplicate"]
    assert [
        entry.draft.expires for entry in words.find("毒品").entries if entry.draft.pattern == "大麻"
    ] == [later]


async def test_many_entries_at_once(database: Database) -> None:
    words = await service_on(database)
    drafts = [Draft(f"词{n}号") for n in range(1200)]
    assert set(statuses(await words.add("多", "review", drafts))) == {"added"}
    assert set(statuses(await words.add("多", "review", drafts))) == {"duplicate"}
    assert len(words.find("多").entries) == 1200


async def test_lists_and_entries_are_removed(database: Database) -> None:
    words = await service_on(database)
    await words.add("毒品", "block", [Draft("大麻"), Draft("冰毒")])
    first, _ = words.find("毒品").entries
    await words.remove_entry("毒品", first.id)
    assert not words.matcher.match(read("大麻"))
    assert words.matcher.match(read("冰毒"))
    assert await words.remove_list("毒品") == 1
    assert not words.matcher.match(read("冰毒"))
    with pytest.raises(UnknownWords):
        await words.remove_list("毒品")
    with pytest.raises(UnknownWords):
        await words.remove_entry("毒品", first.id)
    with pytest.raises(UnknownWords):
        words.find("毒品")


async def test_shipped_lists_and_other_kinds_are_refused(database: Database) -> None:
    words = await service_on(database)
    await words.add("毒品", "block", [Draft("大麻")])
    with pytest.raises(WordsConflict, match="of kind block"):
        await words.add("毒品", "allow", [Draft("冰毒")])
    with pytest.raises(WordsConflict, match="of kind block"):
        await words.add("毒品", "allow", [Fault(None, "broken")])
    for change in (
        words.add("日常", "allow", [Draft("x")]),
        words.remove_list("日常"),
        words.remove_entry("日常", "日常-0"),
    ):
        with pytest.raises(WordsConflict, match="comes with Mingjian"):
            await change
    assert len(words.find("毒品").entries) == 1


async def test_too_many_entries_are_refused_and_nothing_is_kept(database: Database) -> None:
    words = await service_on(database)
    entries = word_list("a", "block", "一二", "三四").entries
    repository = WordRepository(database)
    with pytest.raises(WordsConflict, match="may hold 1 entries"):
        await repository.add("a", "block", entries, now=NOW, by=None, room=1)
    await words.reload()
    assert "a" not in words.snapshot.lists


async def test_the_change_of_another_process_is_seen(database: Database) -> None:
    mine = await WordService.open(database, NORMALISER, poll_s=0.02)
    other = await service_on(database)
    try:
        await other.add("毒品", "block", [Draft("冰毒")])
        for _ in range(250):
            if mine.matcher.match(read("冰毒"), ("毒品",)):
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("not seen within five seconds")
        await other.remove_list("毒品")
        for _ in range(250):
            if not mine.matcher.match(read("冰毒"), ("毒品",)):
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("not gone within five seconds")
    finally:
        await mine.close()


async def test_writers_at_the_same_time_lose_nothing(database: Database) -> None:
    services = [await service_on(database) for _ in range(3)]
    drafts = [Draft(f"词{n}号") for n in range(30)]
    outcomes = await asyncio.gather(
        *(
            one.add("同", "block", drafts[place * 5 : place * 5 + 20])
            for place, one in enumerate(services)
        )
    )
    assert sum(statuses(one).count("added") for one in outcomes) == 30
    await services[0].reload()
    assert len(services[0].find("同").entries) == 30


async def test_advice_comes_with_what_was_added(database: Database) -> None:
    words = await service_on(database)
    (outcome,) = await words.add("毒品", "block", [Draft("麻")])
    assert "short" in {remark.code for remark in outcome.remarks}
