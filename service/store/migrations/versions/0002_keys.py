"""Tables of keys, of what they used, and of answers remembered by Idempotency-Key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Plain, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("name", Plain(100), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("store", sa.String(12), nullable=False),
        sa.Column("per_minute", sa.Integer),
        sa.Column("per_day", sa.Integer),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("expires_at", Utc),
        sa.Column("revoked_at", Utc),
        sa.Column("last_used_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "key_usage",
        sa.Column("key_id", sa.String(26), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "day", name=op.f("pk_key_usage")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_key_usage_key_id_api_keys")
        ),
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("caller", sa.String(26), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("nonce", sa.LargeBinary(16), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("claimed_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("media_type", sa.String(100)),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("caller", "name", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(op.f("ix_idempotent_answers_expires_at"), "idempotent_answers", ["expires_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("idempotent_answers")
    op.drop_table("key_usage")
    op.drop_table("api_keys")
