"""The receipts of removed personal data (migration 0001); the person is a keyed hash only."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from service.store.schema import Json, Utc, metadata

erasures = Table(
    "erasures",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("author_hash", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("removed", Json, nullable=False),
    Column("key_id", String(26)),
)
