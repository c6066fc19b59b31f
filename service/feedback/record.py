"""What is kept of a piece of feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["quarantined", "released", "rejected"]
Known = Literal[0, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody says a post is; `labels` by short name.

    `title`, `text`, `channel` and `author_id` are those of the decision where feedback names one.
    `reviewed_by` is the key that released or rejected it.
    """

    id: str
    created_at: datetime
    key_id: str | None
    decision_id: str | None
    title: str | None
    text: str
    channel: str | None
    author_id: str | None = None
    labels: Mapping[str, Known]
    note: str | None
    by: str | None
    state: State = "quarantined"
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    review_note: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Other feedback on the same or nearly the same post.

    `similarity` is the share of common 3-grams (Jaccard), `conflicts` the labels on which the two
    disagree, by short name.
    """

    other: Feedback
    similarity: float
    conflicts: tuple[str, ...]
