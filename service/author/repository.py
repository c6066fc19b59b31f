"""The SQL of removing what is kept of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.author.tables import erasures
from service.decision.rows import unquoted
from service.decision.tables import decision_verdicts, decisions
from service.feedback.repository import FeedbackRepository
from service.feedback.tables import feedback
from service.store.database import Database

BATCH = 200


class AuthorRepository:
    """Removes personal data a batch at a time, so that nobody waits long for the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase_decisions(self, author_id: str, now: datetime) -> Counter[str]:
        """Remove what a batch of decisions and the feedback on them hold of their author.

        Returns how much of each kind was removed; empty when nothing is left. The decisions stay,
        with scores and versions only.
        """
        own = select(decisions).where(decisions.c.author_id == author_id)
        async with self._database.write() as connection:
            rows = (await connection.execute(own.order_by(decisions.c.id).limit(BATCH))).all()
            if not rows:
                return Counter()
            identities = [row.id for row in rows]
            removed = _count(rows)
            removed["verdict_notes"] = await _erase_notes(connection, identities)
            removed["feedback"] = await FeedbackRepository.forget_decisions(connection, identities)
            await connection.execute(_anonymise(now), [_anonymous(row) for row in rows])
        return removed

    async def erase_feedback(self, author_id: str) -> int:
        """Remove a batch of feedback on the author's posts; return how many."""
        async with self._database.write() as connection:
            return await FeedbackRepository.forget_author(connection, author_id, BATCH)

    async def forget_sender(self, author_id: str) -> int:
        """Remove the person as the sender of feedback on others' posts; return how often."""
        change = update(feedback).where(feedback.c.by == author_id).values(by=None)
        async with self._database.write() as connection:
            return (await connection.execute(change)).rowcount

    async def add_receipt(self, values: dict[str, Any]) -> None:
        """Store the receipt of a removal."""
        async with self._database.write() as connection:
            await connection.execute(insert(erasures).values(values))


def _count(rows: Sequence[Row[Any]]) -> Counter[str]:
    posts = [row.post or {} for row in rows]
    return Counter(
        decisions=len(rows),
        texts=sum(post.get("text") is not None for post in posts),
        titles=sum(post.get("title") is not None for post in posts),
        fingerprints=sum(row.fingerprint is not None for row in rows),
        item_ids=sum(row.item_id is not None for row in rows),
    )


async def _erase_notes(connection: AsyncConnection, identities: Sequence[str]) -> int:
    """Reviewers may have quoted the post or named the person."""
    notes = decision_verdicts.c.decision_id.in_(identities) & decision_verdicts.c.note.is_not(None)
    count = select(func.count()).select_from(decision_verdicts).where(notes)
    number = int(await connection.scalar(count) or 0)
    await connection.execute(update(decision_verdicts).where(notes).values(note=None))
    return number


def _anonymise(now: datetime) -> Any:
    return (
        update(decisions)
        .where(decisions.c.id == bindparam("row_id"))
        .values(
            post=null(),
            fingerprint=None,
            item_id=None,
            author_id=None,
            published_at=None,
            result=bindparam("anonymous_result"),
            erased_at=now,
        )
    )


def _anonymous(row: Row[Any]) -> dict[str, Any]:
    return {"row_id": row.id, "anonymous_result": unquoted(row.result)}
