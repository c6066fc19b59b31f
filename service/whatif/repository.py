"""SQL of what is known to be true of decisions: verdicts of reviewers and released feedback."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from service.decision.tables import decision_verdicts
from service.feedback.record import State
from service.feedback.tables import feedback
from service.store.database import Database

CHUNK = 500
RELEASED: State = "released"
Truth = dict[str, dict[str, int]]


class TruthRepository:
    """Reads what people found of decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, decisions: Sequence[str]) -> Truth:
        """Return labels by decision id: 0 or 1 by short name.

        A reviewer's verdict counts more than feedback, the later more than the earlier.
        """
        found: Truth = {}
        told, verdicts = feedback.c, decision_verdicts.c
        for start in range(0, len(decisions), CHUNK):
            ids = decisions[start : start + CHUNK]
            queries = (
                select(told.decision_id, told.labels)
                .where(told.decision_id.in_(ids), told.state == RELEASED)
                .order_by(told.id),
                select(verdicts.decision_id, verdicts.labels)
                .where(verdicts.decision_id.in_(ids))
                .order_by(verdicts.id),
            )
            async with self._database.read() as connection:
                for query in queries:
                    for row in await connection.execute(query):
                        found.setdefault(row.decision_id, {}).update(row.labels)
        return found
