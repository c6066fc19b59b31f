"""Removing what is kept of a person, and the receipt of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from service.author.repository import AuthorRepository
from service.author.schemas import ErasureReceipt
from service.decision.fingerprint import Fingerprints
from service.identifiers import new_id
from service.store.database import Database

KINDS = (
    "decisions",
    "texts",
    "titles",
    "fingerprints",
    "item_ids",
    "verdict_notes",
    "feedback",
    "feedback_sent",
)


class Authors:
    """What can be done about the data of a person."""

    def __init__(self, database: Database, fingerprints: Fingerprints) -> None:
        self._database = database
        self._repository = AuthorRepository(database)
        self._fingerprints = fingerprints

    async def erase(self, author_id: str, key_id: str | None) -> ErasureReceipt:
        """Remove a person's stored texts and ids and return the receipt.

        May be repeated: what is gone is counted once. The receipt that is kept names the person by
        a keyed hash only.
        """
        now = datetime.now(UTC)
        removed = Counter(dict.fromkeys(KINDS, 0))
        while batch := await self._repository.erase_decisions(author_id, now):
            removed += batch
        while number := await self._repository.erase_feedback(author_id):
            removed["feedback"] += number
        removed["feedback_sent"] = await self._repository.forget_sender(author_id)
        counts = {kind: removed[kind] for kind in KINDS}
        identity = new_id()
        await self._repository.add_receipt(
            {
                "id": identity,
                "author_hash": self._fingerprints.of_author(author_id),
                "created_at": now,
                "removed": counts,
                "key_id": key_id,
            }
        )
        await self._database.scrub()
        return ErasureReceipt(
            receipt_id=identity, author_id=author_id, deleted_at=now, removed=counts
        )
