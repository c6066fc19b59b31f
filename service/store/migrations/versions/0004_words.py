"""Tables of words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Json, Plain, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "word_lists",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_word_lists")),
    )
    op.create_table(
        "word_entries",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("pattern", Plain(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("note", Plain(500), nullable=False),
        sa.Column("expires_at", Utc),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by", sa.String(26)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_entries")),
        sa.ForeignKeyConstraint(
            ["list_name"],
            ["word_lists.name"],
            name=op.f("fk_word_entries_list_name_word_lists"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("list_name", "digest", name=op.f("uq_word_entries_list_name_digest")),
    )
    revision_table = op.create_table(
        "word_revision",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_revision")),
    )
    op.bulk_insert(revision_table, [{"id": 1, "revision": 0}])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("word_revision")
    op.drop_table("word_entries")
    op.drop_table("word_lists")
