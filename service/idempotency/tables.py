"""The table of remembered answers (migration 0002)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from service.store.schema import Utc, metadata

idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    # The id of the key that asked, empty for an open caller.
    Column("caller", String(26), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("nonce", LargeBinary(16), nullable=False),
    Column("request_hash", LargeBinary(32), nullable=False),
    Column("claimed_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    # Empty until the request is answered.
    Column("status", Integer),
    Column("media_type", String(100)),
    Column("answer", LargeBinary),
    Column("size", Integer, nullable=False),
)
