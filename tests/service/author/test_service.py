"""Removing a person's data: nothing of the person is left, and the numbers stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import String, cast, select

from service.author import repository as module
from service.author.service import KINDS, Authors
from service.author.tables import erasures
from service.decision.fingerprint import Fingerprints
from service.decision.record import Verdict
from service.decision.repository import DecisionRepository, Filters
from service.feedback.record import Feedback
from service.feedback.repository import FeedbackRepository
from service.identifiers import new_id
from service.store.database import Database
from service.store.schema import metadata
from tests.service.decision.made import made_decision, made_result

pytestmark = pytest.mark.anyio
SECRET = "独一无二的一句话"
PERSON = "person/一号"


@pytest.fixture
def fingerprints() -> Fingerprints:
    return Fingerprints(b"a key for tests, long enough")


@pytest.fixture
def authors(database: Database, fingerprints: Fingerprints) -> Authors:
    return Authors(database, fingerprints)


@pytest.fixture
def decisions(database: Database, fingerprints: Fingerprints) -> DecisionRepository:
    return DecisionRepository(database, fingerprints)


async def fill(decisions: DecisionRepository) -> list[str]:
    reason = {"code": "model.rumour", "start": 0, "end": 3, "text": SECRET, "read_as": SECRET}
    result = {**made_result(rumour=0.9), "reasons": [reason]}
    own = {"text": SECRET, "author_id": PERSON, "item_id": f"item {PERSON}", "result": result}
    made = [
        made_decision(**own, title=SECRET, published_at="2026-11-22T09:00:00+08:00"),
        made_decision(**own),
        made_decision(**own, store="fingerprint"),
        made_decision(author_id="somebody else", text="别人的话"),
    ]
    await decisions.add(made)
    return [decision.id for decision in made]


def feedback_on(
    decision: str | None, by: str | None = None, author_id: str | None = None
) -> Feedback:
    return Feedback(
        id=new_id(),
        created_at=datetime.now(UTC),
        key_id=None,
        decision_id=decision,
        title=None,
        text=SECRET if by is None else "别人的话",
        channel=None,
        author_id=author_id,
        labels={"rumour": 0},
        note=None,
        by=by,
    )


async def everything(database: Database) -> str:
    """Every cell of every table, as text."""
    found = []
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            columns = [cast(column, String) for column in table.columns]
            found += (await connection.execute(select(*columns))).all()
    text = repr(found)
    return text + text.encode("ascii", "ignore").decode("unicode_escape")


async def test_nothing_of_the_person_is_left(
    database: Database, authors: Authors, decisions: DecisionRepository
) -> None:
    ids = await fill(decisions)
    verdict = Verdict(
        id=new_id(),
        decision_id=ids[0],
        created_at=datetime.now(UTC),
        verdict="pass",
        labels={"rumour": 0},
        note=f"他说：{SECRET}",
        key_id=None,
    )
    await decisions.add_verdict(verdict)
    await FeedbackRepository(database).add(
        [
            (feedback_on(ids[1]), [1, 2]),
            (feedback_on(None, by=PERSON), [3]),
            # A bare text, and a post whose decision has been dropped.
            (feedback_on(None, author_id=PERSON), [4]),
            (feedback_on(new_id(), author_id=PERSON), [5]),
        ]
    )
    assert SECRET in await everything(database)

    receipt = await authors.erase(PERSON, "KEY")

    assert receipt.removed == {
        "decisions": 3,
        "texts": 2,
        "titles": 1,
        "fingerprints": 3,
        "item_ids": 3,
        "verdict_notes": 1,
        "feedback": 3,
        "feedback_sent": 1,
    }
    kept = await everything(database)
    assert SECRET not in kept
    assert PERSON not in kept
    for identity in ids[:3]:
        decision = await decisions.get(identity)
        assert decision is not None
        assert decision.erased_at is not None
        assert decision.fingerprint is None
        assert decision.result["scores"]["rumour"] == 0.9
        assert decision.flags == ("rumour",)
    other = await decisions.get(ids[3])
    assert other is not None
    assert (other.text, other.author_id, other.erased_at) == ("别人的话", "somebody else", None)
    kept_verdict = (await decisions.verdicts_of(ids))[ids[0]]
    assert kept_verdict == replace(verdict, note=None)


def stored(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_the_files_of_sqlite_hold_nothing_either(
    tmp_path: Path, fingerprints: Fingerprints
) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/own.db")
    text = "plain letters that are searched for" * 40
    await DecisionRepository(database, fingerprints).add(
        [made_decision(text=text, author_id=PERSON) for _ in range(30)]
    )
    assert b"searched for" in stored(tmp_path)
    await Authors(database, fingerprints).erase(PERSON, None)
    assert stored(tmp_path).count(b"SQLite format 3") == 1
    assert b"searched for" not in stored(tmp_path)
    await database.close()


async def test_the_receipt_is_kept_without_the_person(
    database: Database, authors: Authors, fingerprints: Fingerprints, decisions: DecisionRepository
) -> None:
    await fill(decisions)
    receipt = await authors.erase(PERSON, "KEY")
    async with database.read() as connection:
        row = (await connection.execute(select(erasures))).one()
    assert (row.id, row.removed, row.key_id) == (receipt.receipt_id, receipt.removed, "KEY")
    assert row.created_at == receipt.deleted_at
    assert row.author_hash == fingerprints.of_author(PERSON)


async def test_more_than_a_batch_and_once_more(
    authors: Authors, decisions: DecisionRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 4)
    await decisions.add([made_decision(author_id=PERSON, title="题") for _ in range(10)])
    assert (await authors.erase(PERSON, None)).removed["titles"] == 10
    assert await decisions.page(Filters(author_id=PERSON), 10) == []
    again = await authors.erase(PERSON, None)
    assert again.removed == dict.fromkeys(KINDS, 0)
