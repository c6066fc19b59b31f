"""Tables of debunks and of events for callers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Json, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _debunks()
    _retrospect()
    _events()


def _debunks() -> None:
    op.create_table(
        "debunks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("content", Json, nullable=False),
        sa.Column("revision", sa.String(26), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("deleted_at", Utc),
    )
    state = op.create_table(
        "debunk_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.String(26), nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "revision": "first"}])
    op.create_table(
        "debunk_embeddings",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("text", sa.String(64), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
    )
    op.create_index("ix_debunk_embeddings_created_at", "debunk_embeddings", ["created_at"])


def _retrospect() -> None:
    op.create_table(
        "debunk_scans",
        sa.Column("debunk_id", sa.String(64), primary_key=True),
        sa.Column("revision", sa.String(26), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("leased_until", Utc),
        sa.Column("scanned", sa.Integer, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("finished_at", Utc),
    )
    op.create_index("ix_debunk_scans_state", "debunk_scans", ["state"])
    op.create_table(
        "debunk_affected",
        sa.Column("debunk_id", sa.String(64), primary_key=True),
        sa.Column("decision_id", sa.String(26), primary_key=True),
        sa.Column("similarity", sa.Float, nullable=False),
        sa.Column("match", sa.String(12), nullable=False),
        sa.Column("quoted", sa.Boolean, nullable=False),
        sa.Column("found_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_debunk_affected_decision_id", "debunk_affected", ["decision_id"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("data", Json, nullable=False),
    )
    op.create_table(
        "event_deliveries",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("event_id", sa.String(26), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Utc, nullable=False),
        sa.Column("error", sa.String(300)),
        sa.Column("finished_at", Utc),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_event_deliveries_event_id", "event_deliveries", ["event_id"])
    op.create_index("ix_event_deliveries_state_next_at", "event_deliveries", ["state", "next_at"])


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "event_deliveries",
        "events",
        "debunk_affected",
        "debunk_scans",
        "debunk_embeddings",
        "debunk_state",
        "debunks",
    ):
        op.drop_table(name)
