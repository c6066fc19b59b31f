"""The tables of feedback (migrations 0006 and 0007).

Decisions are not referred to by a foreign key: feedback holds its own copy of the post, so that it
stays of use when old decisions are dropped. Removing an author's data removes it too.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from service.store.schema import Json, Plain, Utc, metadata

MOST_NOTE = 2000
MOST_BY = 256
MAX_AUTHOR = 256

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("created_at", Utc, nullable=False),
    # The key that sent it; empty for an open caller.
    Column("key_id", String(26)),
    Column("decision_id", String(26), index=True),
    # {"title", "text"} as they were sent.
    Column("post", Json, nullable=False),
    Column("channel", String(32)),
    # Of the post; the decision may be gone when its author asks for removal.
    Column("author_id", Plain(MAX_AUTHOR)),
    # Short name → 0 or 1.
    Column("labels", Json, nullable=False),
    Column("note", Plain(MOST_NOTE)),
    Column("by", Plain(MOST_BY)),
    Column("state", String(12), nullable=False),
    Column("reviewed_at", Utc),
    Column("reviewed_by", String(26)),
    Column("review_note", Plain(MOST_NOTE)),
    Index("ix_feedback_author_id", "author_id"),
    Index("ix_feedback_state_id", "state", "id"),
    Index("ix_feedback_state_reviewed_at_id", "state", "reviewed_at", "id"),
)

# Bands of the MinHash of a post: posts that share a band may be nearly the same.
feedback_bands = Table(
    "feedback_bands",
    metadata,
    Column(
        "feedback_id", String(26), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("place", Integer, primary_key=True),
    Column("band", BigInteger, nullable=False),
    Index("ix_feedback_bands_band_place", "band", "place"),
)
