"""What is looked for in a post besides what the model says: words, rules and known debunks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.score.evidence import DebunkMatch, Fields, Hit
from service.score.schemas import Item

Embeddings = NDArray[np.float32]


class WordSource(Protocol):
    """Word lists."""

    @property
    def version(self) -> str:
        """A short hash of all lists."""

    def match(
        self, fields: Fields, lists: Collection[str] | None, now: datetime | None
    ) -> Sequence[Hit]:
        """Return what the lists of these names find; None takes every list."""


class RuleSource(Protocol):
    """Rules that a model should not learn."""

    @property
    def version(self) -> str:
        """A short hash of the rules."""

    def match(
        self, fields: Fields, author_id: str | None, now: datetime, post_id: str | None
    ) -> Sequence[Hit]:
        """Return what the rules find in a post.

        A post of a named author may be remembered; without one the answer depends on it alone.
        """


class DebunkSource(Protocol):
    """A library of debunks."""

    @property
    def version(self) -> str:
        """A short hash of all entries."""

    def find_all(
        self, posts: Sequence[tuple[Fields, Embeddings]], now: datetime
    ) -> Sequence[Sequence[DebunkMatch]]:
        """Return the debunks that answer each post, the surest first.

        With each post [windows, width], what the model made of each of its windows.
        """


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a post's hits and debunks come from; None leaves a kind out."""

    words: WordSource | None = None
    rules: RuleSource | None = None
    debunks: DebunkSource | None = None

    def match(
        self, fields: Fields, item: Item, lists: Collection[str] | None, now: datetime
    ) -> tuple[Hit, ...]:
        """Return the hits of words and rules in an item; `lists` are those of its policy."""
        words = self.words.match(fields, lists, now) if self.words else ()
        rules = self.rules.match(fields, item.author_id, now, item.id) if self.rules else ()
        return (*words, *rules)
