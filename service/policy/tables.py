"""The tables of policies (migration 0003)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, String, Table, Text

from service.store.schema import Utc, metadata

# Every version of every policy that was ever in force, wherever it came from. Only added to.
policy_versions = Table(
    "policy_versions",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", String(12), primary_key=True),
    Column("origin", String(8), nullable=False),
    # As it was written, comments included: `yaml` or `json`.
    Column("form", String(4), nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("created_by", String(26)),
)

# The version in force of each policy that was made over the API.
policies = Table(
    "policies",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", String(12), nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", String(26)),
    ForeignKeyConstraint(["name", "version"], ["policy_versions.name", "policy_versions.version"]),
)
