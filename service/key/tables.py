"""The tables of API keys and of what they used (migration 0002)."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, String, Table

from service.store.schema import Plain, Utc, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", Plain(100), nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("store", String(12), nullable=False),
    # Empty: no quota.
    Column("per_minute", Integer),
    Column("per_day", Integer),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("revoked_at", Utc),
    # A day is exact enough to find forgotten keys, and tells nothing of a person's hours.
    Column("last_used_on", Date),
)

key_usage = Table(
    "key_usage",
    metadata,
    Column("key_id", String(26), ForeignKey("api_keys.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("posts", Integer, nullable=False),
)
