"""Comparing feedback with what may be on the same post, each post being read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from service.feedback.likeness import NEAR, similarity
from service.feedback.record import Feedback, Likeness

MOST_SIMILAR = 5

Post = tuple[str | None, str]


class Comparison:
    """Remembers the 3-grams of posts for as long as it lives: one page of feedback.

    `grams` returns those of a title and a text.
    """

    def __init__(self, grams: Callable[[str | None, str], frozenset[str]]) -> None:
        self._grams = grams
        self._known: dict[Post, frozenset[str]] = {}

    def likenesses(self, feedback: Feedback, others: Iterable[Feedback]) -> list[Likeness]:
        """Return up to five of the others that are alike, conflicting ones first."""
        found = []
        for other in others:
            share = self._similarity(_post(feedback), _post(other))
            same = feedback.decision_id is not None and feedback.decision_id == other.decision_id
            if same or share >= NEAR:
                found.append(Likeness(other, share, _conflicts(feedback, other)))
        found.sort(key=lambda likeness: (not likeness.conflicts, -likeness.similarity))
        return found[:MOST_SIMILAR]

    def _similarity(self, one: Post, other: Post) -> float:
        return 1.0 if one == other else similarity(self._read(one), self._read(other))

    def _read(self, post: Post) -> frozenset[str]:
        if post not in self._known:
            self._known[post] = self._grams(*post)
        return self._known[post]


def _post(feedback: Feedback) -> Post:
    return feedback.title, feedback.text


def _conflicts(one: Feedback, other: Feedback) -> tuple[str, ...]:
    return tuple(
        name for name, known in one.labels.items() if other.labels.get(name, known) != known
    )
