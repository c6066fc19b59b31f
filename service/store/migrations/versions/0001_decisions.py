"""Tables of decisions, of reviewers' verdicts and of removed personal data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Json, Plain, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("key_id", sa.String(26)),
        sa.Column("item_id", Plain(256)),
        sa.Column("author_id", Plain(256)),
        sa.Column("channel", sa.String(32)),
        sa.Column("published_at", sa.String(64)),
        sa.Column("store", sa.String(12), nullable=False),
        sa.Column("post", Json),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("suggestion", sa.String(8), nullable=False),
        sa.Column("explain", sa.Boolean, nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("versions", Json, nullable=False),
        sa.Column("erased_at", Utc),
    )
    op.create_index("ix_decisions_author_id_id", "decisions", ["author_id", "id"])
    op.create_index("ix_decisions_suggestion_id", "decisions", ["suggestion", "id"])
    op.create_table(
        "decision_flags",
        sa.Column("label", sa.String(80), primary_key=True),
        sa.Column("decision_id", sa.String(26), primary_key=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_decision_flags_decision_id", "decision_flags", ["decision_id"])
    op.create_table(
        "decision_verdicts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("decision_id", sa.String(26), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("verdict", sa.String(8)),
        sa.Column("labels", Json, nullable=False),
        sa.Column("note", Plain(2000)),
        sa.Column("key_id", sa.String(26)),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
    )
    op.create_index(
        "ix_decision_verdicts_decision_id_id", "decision_verdicts", ["decision_id", "id"]
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("author_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("removed", Json, nullable=False),
        sa.Column("key_id", sa.String(26)),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("erasures", "decision_verdicts", "decision_flags", "decisions"):
        op.drop_table(table)
