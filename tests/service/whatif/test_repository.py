"""What is known to be true of decisions, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from service.decision.tables import decision_verdicts, decisions
from service.feedback.tables import feedback
from service.store.database import Database
from service.whatif.repository import TruthRepository

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def decision(identity: str) -> dict[str, object]:
    return {
        "id": identity,
        "request_id": "r",
        "created_at": NOW,
        "store": "text",
        "suggestion": "pass",
        "explain": False,
        "result": {},
        "versions": {},
    }


def verdict(identity: str, of: str, **labels: int) -> dict[str, object]:
    return {"id": identity, "decision_id": of, "created_at": NOW, "labels": labels}


def told(identity: str, of: str | None, state: str, **labels: int) -> dict[str, object]:
    return {
        "id": identity,
        "created_at": NOW + timedelta(seconds=1),
        "decision_id": of,
        "post": {"text": "x"},
        "labels": labels,
        "state": state,
    }


async def test_verdicts_count_more_than_feedback_and_later_more_than_earlier(
    database: Database,
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(decisions), [decision(one) for one in ("a", "b", "c")])
        await connection.execute(
            insert(decision_verdicts),
            [
                verdict("1", "a", rumour=1, abuse=0),
                verdict("2", "a", rumour=0),
                verdict("3", "c", rumour=1),
            ],
        )
        await connection.execute(
            insert(feedback),
            [
                told("1", "a", "released", rumour=1, fraud=1),
                told("2", "b", "quarantined", rumour=1),
                told("3", "b", "rejected", rumour=1),
                told("4", None, "released", rumour=1),
            ],
        )
    repository = TruthRepository(database)
    found = await repository.of(["a", "b"])
    assert found == {"a": {"rumour": 0, "abuse": 0, "fraud": 1}}
    many = [f"{n}" for n in range(1200)]
    assert await repository.of([*many, "c"]) == {"c": {"rumour": 1}}
    assert await repository.of([]) == {}
