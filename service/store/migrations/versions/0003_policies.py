"""Tables of policies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.schema import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "policy_versions",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("form", sa.String(4), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by", sa.String(26)),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_policy_versions")),
    )
    op.create_table(
        "policies",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("changed_by", sa.String(26)),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_policies")),
        sa.ForeignKeyConstraint(
            ["name", "version"],
            ["policy_versions.name", "policy_versions.version"],
            name=op.f("fk_policies_name_policy_versions"),
        ),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("policies")
    op.drop_table("policy_versions")
