"""The tables of the outbox (migration 0005)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from service.store.schema import Json, Utc, metadata

events = Table(
    "events",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("data", Json, nullable=False),
)

# One row for each event and address; `state` is waiting, delivered or dead.
deliveries = Table(
    "event_deliveries",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("event_id", String(26), ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("error", String(300)),
    Column("finished_at", Utc),
    Index("ix_event_deliveries_event_id", "event_id"),
    Index("ix_event_deliveries_state_next_at", "state", "next_at"),
)
