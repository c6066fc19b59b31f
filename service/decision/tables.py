"""The tables of decisions (migration 0001).

Ids are ULIDs, so that they sort by time: lists are read and old decisions removed by id alone.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from service.store.schema import Json, Plain, Utc, metadata

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("request_id", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("key_id", String(26)),
    Column("item_id", Plain(256)),
    Column("author_id", Plain(256)),
    Column("channel", String(32)),
    Column("published_at", String(64)),
    Column("store", String(12), nullable=False),
    # {"title", "text"} as they were sent.
    Column("post", Json),
    Column("fingerprint", String(64)),
    Column("suggestion", String(8), nullable=False),
    Column("explain", Boolean, nullable=False),
    Column("result", Json, nullable=False),
    Column("versions", Json, nullable=False),
    Column("erased_at", Utc),
    Index("ix_decisions_author_id_id", "author_id", "id"),
    Index("ix_decisions_suggestion_id", "suggestion", "id"),
)

# One row a flagged label, to find the decisions of a label.
decision_flags = Table(
    "decision_flags",
    metadata,
    Column("label", String(80), primary_key=True),
    Column(
        "decision_id",
        String(26),
        ForeignKey("decisions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Index("ix_decision_flags_decision_id", "decision_id"),
)

# What reviewers found. Nothing is changed here, only added.
decision_verdicts = Table(
    "decision_verdicts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column(
        "decision_id", String(26), ForeignKey("decisions.id", ondelete="CASCADE"), nullable=False
    ),
    Column("created_at", Utc, nullable=False),
    Column("verdict", String(8)),
    Column("labels", Json, nullable=False),
    Column("note", Plain(2000)),
    Column("key_id", String(26)),
    Index("ix_decision_verdicts_decision_id_id", "decision_id", "id"),
)
