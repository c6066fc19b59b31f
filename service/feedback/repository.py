"""The SQL of feedback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.feedback.record import Feedback, State
from service.feedback.tables import feedback as table
from service.feedback.tables import feedback_bands as bands
from service.store.database import Database

CHUNK = 500
MOST_CANDIDATES = 100


class FeedbackRepository:
    """Reads and writes feedback."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, new: Sequence[tuple[Feedback, Sequence[int]]]) -> None:
        """Store feedback, each with the bands of its post, all or none."""
        rows = [_row(feedback) for feedback, _ in new]
        band_rows = [
            {"feedback_id": feedback.id, "place": place, "band": band}
            for feedback, found in new
            for place, band in enumerate(found)
        ]
        async with self.database.write() as connection:
            await connection.execute(insert(table), rows)
            await connection.execute(insert(bands), band_rows)

    async def get(self, identity: str) -> Feedback | None:
        """Return one piece of feedback."""
        async with self.database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.id == identity))).first()
        return None if row is None else _feedback(row)

    async def page(
        self, state: State | None, limit: int, before: str | None = None
    ) -> list[Feedback]:
        """Return up to `limit`, newest first, that are older than the id `before`."""
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(table.c.state == state)
        if before is not None:
            query = query.where(table.c.id < before)
        async with self.database.read() as connection:
            return [_feedback(row) for row in await connection.execute(query)]

    async def candidates(self, feedback: Feedback) -> list[Feedback]:
        """Return what may be on the same post, newest first, without what was rejected."""
        own = select(bands.c.band, bands.c.place).where(bands.c.feedback_id == feedback.id)
        shared = own.subquery()
        near = select(bands.c.feedback_id).join(
            shared, and_(bands.c.band == shared.c.band, bands.c.place == shared.c.place)
        )
        same: ColumnElement[bool] = table.c.id.in_(near)
        if feedback.decision_id is not None:
            same = or_(same, table.c.decision_id == feedback.decision_id)
        query = (
            select(table)
            .where(same, table.c.id != feedback.id, table.c.state != "rejected")
            .order_by(table.c.id.desc())
            .limit(MOST_CANDIDATES)
        )
        async with self.database.read() as connection:
            return [_feedback(row) for row in await connection.execute(query)]

    async def review(
        self,
        identity: str,
        state: State,
        *,
        at: datetime,
        by: str | None,
        note: str | None,
    ) -> bool:
        """Release or reject; False when there is no such feedback."""
        change = (
            update(table)
            .where(table.c.id == identity)
            .values(state=state, reviewed_at=at, reviewed_by=by, review_note=note)
        )
        async with self.database.write() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def released(self, since: datetime | None = None) -> AsyncIterator[Feedback]:
        """Yield what was released at `since` or later, in the order of its release.

        Read in chunks; no transaction stays open between them.
        """
        last: Feedback | None = None
        while True:
            query = select(table).where(table.c.state == "released")
            if since is not None:
                query = query.where(table.c.reviewed_at >= since)
            if last is not None:
                query = query.where(
                    or_(
                        table.c.reviewed_at > last.reviewed_at,
                        and_(table.c.reviewed_at == last.reviewed_at, table.c.id > last.id),
                    )
                )
            query = query.order_by(table.c.reviewed_at, table.c.id).limit(CHUNK)
            async with self.database.read() as connection:
                chunk = [_feedback(row) for row in await connection.execute(query)]
            for feedback in chunk:
                yield feedback
            if len(chunk) < CHUNK:
                return
            last = chunk[-1]

    @staticmethod
    async def forget_author(connection: AsyncConnection, author_id: str, most: int) -> int:
        """Remove up to `most` on posts of an author within a transaction; return how many."""
        query = select(table.c.id).where(table.c.author_id == author_id).limit(most)
        found = list((await connection.scalars(query)).all())
        await connection.execute(delete(bands).where(bands.c.feedback_id.in_(found)))
        await connection.execute(delete(table).where(table.c.id.in_(found)))
        return len(found)

    @staticmethod
    async def forget_decisions(connection: AsyncConnection, decisions: Iterable[str]) -> int:
        """Remove all feedback on these decisions within a transaction; return how many."""
        removed = 0
        left = iter(decisions)
        while chunk := list(islice(left, CHUNK)):
            found = select(table.c.id).where(table.c.decision_id.in_(chunk))
            await connection.execute(delete(bands).where(bands.c.feedback_id.in_(found)))
            gone = await connection.execute(delete(table).where(table.c.decision_id.in_(chunk)))
            removed += gone.rowcount
        return removed


def _row(feedback: Feedback) -> dict[str, Any]:
    values: dict[str, Any] = {
        column.name: getattr(feedback, column.name)
        for column in table.columns
        if column.name not in ("post", "labels")
    }
    values["post"] = {"title": feedback.title, "text": feedback.text}
    values["labels"] = dict(feedback.labels)
    return values


def _feedback(row: Row[Any]) -> Feedback:
    values = dict(row._mapping)
    post: Mapping[str, Any] = values.pop("post")
    return Feedback(**values, title=post["title"], text=post["text"])
