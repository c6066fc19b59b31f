"""The SQL of decisions.

For other domains: `recorded` walks over what was decided, newest first, in constant memory;
`flags` counts what was flagged since a moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.decision.fingerprint import Fingerprints
from service.decision.record import NewDecision, Recorded, Verdict
from service.decision.rows import decision_row, flag_rows, read_decision, read_verdict
from service.decision.tables import decision_flags, decision_verdicts, decisions
from service.identifiers import first_id
from service.score.evidence import Suggestion
from service.store.database import Database

CHUNK = 500
# An id is made a little before its decision is dated, so ids bound times only roughly.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which decisions to list; None asks for nothing. `label` is a public name that was flagged."""

    since: datetime | None = None
    until: datetime | None = None
    suggestion: Suggestion | None = None
    label: str | None = None
    author_id: str | None = None
    channel: str | None = None
    flagged: bool | None = None
    with_text: bool = False


class DecisionRepository:
    """Reads and writes decisions and verdicts."""

    def __init__(self, database: Database, fingerprints: Fingerprints) -> None:
        self._database = database
        self._fingerprints = fingerprints

    async def add(self, new: Sequence[NewDecision]) -> None:
        """Store decisions in one transaction; they are durable when this returns."""
        rows = [decision_row(decision, self._fingerprints) for decision in new]
        flags = [row for decision in new for row in flag_rows(decision)]

        def add(connection: Connection) -> None:
            connection.execute(insert(decisions), rows)
            if flags:
                connection.execute(insert(decision_flags), flags)

        await self._database.transact(add)

    async def get(self, identity: str) -> Recorded | None:
        """Return one decision."""
        async with self._database.read() as connection:
            row = await _one(connection, select(decisions).where(decisions.c.id == identity))
        return None if row is None else read_decision(row)

    async def page(self, filters: Filters, limit: int, before: str | None = None) -> list[Recorded]:
        """Return up to `limit` decisions, newest first, that are older than the id `before`."""
        query = select(decisions).where(*_conditions(filters))
        if before is not None:
            query = query.where(decisions.c.id < before)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(decisions.c.id.desc()).limit(limit))
            return [read_decision(row) for row in rows]

    async def recorded(
        self,
        *,
        limit: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        with_text: bool = True,
    ) -> AsyncIterator[Recorded]:
        """Yield decisions, newest first, read in chunks; no transaction stays open between them.

        `with_text`: only those whose text is stored.
        """
        filters = Filters(since=since, until=until, with_text=with_text)
        left, before = limit, None
        while left is None or left > 0:
            chunk = await self.page(filters, CHUNK if left is None else min(CHUNK, left), before)
            for decision in chunk:
                yield decision
            if len(chunk) < CHUNK:
                return
            before = chunk[-1].id
            left = None if left is None else left - len(chunk)

    async def flags(self, since: datetime) -> dict[str, int]:
        """Return how many decisions since a moment flagged each label, by public name."""
        label, identity = decision_flags.c.label, decision_flags.c.decision_id
        query = select(label, func.count()).where(identity >= first_id(since)).group_by(label)
        async with self._database.read() as connection:
            return {name: int(number) for name, number in await connection.execute(query)}

    async def add_verdict(self, verdict: Verdict) -> None:
        """Store what a reviewer found, beside what others found before."""
        async with self._database.write() as connection:
            await connection.execute(insert(decision_verdicts).values(asdict(verdict)))

    async def verdicts_of(self, identities: Sequence[str]) -> dict[str, Verdict]:
        """Return the latest verdict on each decision that has one, by the decision's id."""
        table = decision_verdicts
        query = select(table).where(table.c.decision_id.in_(identities)).order_by(table.c.id)
        async with self._database.read() as connection:
            verdicts = [read_verdict(row) for row in await connection.execute(query)]
        return {verdict.decision_id: verdict for verdict in verdicts}

    async def purge(self, before: datetime, batch: int = CHUNK) -> int:
        """Remove up to `batch` of the oldest decisions made before a moment; return how many."""
        old = (
            select(decisions.c.id)
            .where(decisions.c.id < first_id(before))
            .order_by(decisions.c.id)
            .limit(batch)
        )
        async with self._database.write() as connection:
            return (
                await connection.execute(delete(decisions).where(decisions.c.id.in_(old)))
            ).rowcount


async def _one(connection: AsyncConnection, query: Select[Any]) -> Any:
    return (await connection.execute(query)).one_or_none()


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    table = decisions.c
    conditions: list[ColumnElement[bool]] = []
    if filters.since is not None:
        conditions += [
            table.id >= first_id(filters.since - SLACK),
            table.created_at >= filters.since,
        ]
    if filters.until is not None:
        conditions += [table.id < first_id(filters.until + SLACK), table.created_at < filters.until]
    for column, wanted in (
        (table.suggestion, filters.suggestion),
        (table.author_id, filters.author_id),
        (table.channel, filters.channel),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    flag = select(decision_flags.c.label).where(decision_flags.c.decision_id == table.id)
    if filters.label is not None:
        conditions.append(exists(flag.where(decision_flags.c.label == filters.label)))
    if filters.flagged is not None:
        conditions.append(exists(flag) if filters.flagged else ~exists(flag))
    if filters.with_text:
        conditions.append(table.post.is_not(None))
    return conditions
