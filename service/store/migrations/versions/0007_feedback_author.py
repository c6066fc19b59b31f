"""Whose post feedback is on: it outlives its decision, and must be found when he asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Plain

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the author, of what is there from its decision."""
    op.add_column("feedback", sa.Column("author_id", Plain(256)))
    op.execute(
        "UPDATE feedback SET author_id = (SELECT decisions.author_id FROM decisions "
        "WHERE decisions.id = feedback.decision_id) WHERE decision_id IS NOT NULL"
    )
    op.create_index("ix_feedback_author_id", "feedback", ["author_id"])


def downgrade() -> None:
    """Drop the author."""
    op.drop_index("ix_feedback_author_id", "feedback")
    with op.batch_alter_table("feedback") as table:
        table.drop_column("author_id")
