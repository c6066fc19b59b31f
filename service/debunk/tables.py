"""The tables of the debunk library (migration 0005)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from service.store.schema import Json, Utc, metadata

# Entries made here, and what was changed about shipped ones: a row with a shipped id stands for
# the entry of the file; with `deleted_at` it hides it.
debunks = Table(
    "debunks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("content", Json, nullable=False),
    Column("revision", String(26), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("deleted_at", Utc),
)

# One row: changed in the transaction of every change, so that other processes see it by one look.
debunk_state = Table(
    "debunk_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(26), nullable=False),
)

# Embeddings by the release that made them and the text they are of (SHA-256), f16, length 1.
debunk_embeddings = Table(
    "debunk_embeddings",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("text", String(64), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("width", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Index("ix_debunk_embeddings_created_at", "created_at"),
)

# Earlier posts are searched once for every revision of an entry.
debunk_scans = Table(
    "debunk_scans",
    metadata,
    Column("debunk_id", String(64), primary_key=True),
    Column("revision", String(26), nullable=False),
    Column("state", String(8), nullable=False),
    Column("leased_until", Utc),
    Column("scanned", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("finished_at", Utc),
    Index("ix_debunk_scans_state", "state"),
)

debunk_affected = Table(
    "debunk_affected",
    metadata,
    Column("debunk_id", String(64), primary_key=True),
    Column(
        "decision_id",
        String(26),
        ForeignKey("decisions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("similarity", Float, nullable=False),
    Column("match", String(12), nullable=False),
    Column("quoted", Boolean, nullable=False),
    Column("found_at", Utc, nullable=False),
    Index("ix_debunk_affected_decision_id", "decision_id"),
)
