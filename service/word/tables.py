"""The tables of word lists."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from service.store.schema import Json, Plain, Utc, metadata
from service.word.pattern import MOST_CHARACTERS

MOST_NAME = 64
MOST_NOTE = 500

word_lists = Table(
    "word_lists",
    metadata,
    Column("name", String(MOST_NAME), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("created_at", Utc, nullable=False),
)
word_entries = Table(
    "word_entries",
    metadata,
    Column("id", String(26), primary_key=True),
    Column(
        "list_name",
        String(MOST_NAME),
        ForeignKey("word_lists.name", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("pattern", Plain(MOST_CHARACTERS), nullable=False),
    # SHA-256 of what the pattern reads as: patterns that mean the same stand once in a list.
    Column("digest", String(64), nullable=False),
    Column("tags", Json, nullable=False),
    Column("note", Plain(MOST_NOTE), nullable=False),
    Column("expires_at", Utc),
    Column("created_at", Utc, nullable=False),
    Column("created_by", String(26)),
    UniqueConstraint("list_name", "digest", name="uq_word_entries_list_name_digest"),
)
# One row, raised by every change: what other processes watch, and the lock between writers.
word_revision = Table(
    "word_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)
