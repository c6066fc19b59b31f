"""From feedback as it is kept to feedback as it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.labels import public_name
from service.feedback.record import Feedback, Likeness
from service.feedback.schemas import FeedbackInfo, Review, Similar


def answer(feedback: Feedback, similar: Iterable[Likeness]) -> FeedbackInfo:
    """Return the wire form of one piece of feedback with what is like it."""
    review = None
    if feedback.reviewed_at is not None:
        review = Review(at=feedback.reviewed_at, by=feedback.reviewed_by, note=feedback.review_note)
    return FeedbackInfo(
        id=feedback.id,
        state=feedback.state,
        created_at=feedback.created_at,
        decision_id=feedback.decision_id,
        title=feedback.title,
        text=feedback.text,
        channel=feedback.channel,
        author_id=feedback.author_id,
        labels=_public(feedback.labels),
        note=feedback.note,
        by=feedback.by,
        key_id=feedback.key_id,
        review=review,
        similar=[
            Similar(
                id=likeness.other.id,
                state=likeness.other.state,
                similarity=round(likeness.similarity, 4),
                labels=_public(likeness.other.labels),
                conflicts=[public_name(name) for name in likeness.conflicts],
            )
            for likeness in similar
        ],
    )


def _public(labels: Mapping[str, int]) -> dict[str, int]:
    return {public_name(name): known for name, known in labels.items()}
