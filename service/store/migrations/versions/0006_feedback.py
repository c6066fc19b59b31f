"""Tables of feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Json, Plain, Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("key_id", sa.String(26)),
        sa.Column("decision_id", sa.String(26)),
        sa.Column("post", Json, nullable=False),
        sa.Column("channel", sa.String(32)),
        sa.Column("labels", Json, nullable=False),
        sa.Column("note", Plain(2000)),
        sa.Column("by", Plain(256)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reviewed_at", Utc),
        sa.Column("reviewed_by", sa.String(26)),
        sa.Column("review_note", Plain(2000)),
    )
    op.create_index("ix_feedback_decision_id", "feedback", ["decision_id"])
    op.create_index("ix_feedback_state_id", "feedback", ["state", "id"])
    op.create_index("ix_feedback_state_reviewed_at_id", "feedback", ["state", "reviewed_at", "id"])
    op.create_table(
        "feedback_bands",
        sa.Column("feedback_id", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("band", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_feedback_bands_band_place", "feedback_bands", ["band", "place"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("feedback_bands")
    op.drop_table("feedback")
