"""The rules of feedback: what is taken in, what is shown of it, and what leaves as Examples."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import orjson

from data.schema import Example
from models.errors import FieldError
from models.windows import join_title
from service.decision.record import Recorded
from service.errors import InvalidRequest, NotFound
from service.feedback.comparison import Comparison
from service.feedback.errors import TextNotStored
from service.feedback.labels import short_name
from service.feedback.likeness import bands_of, shingles
from service.feedback.record import Feedback, Likeness, State
from service.feedback.repository import FeedbackRepository
from service.feedback.schemas import FeedbackItem
from service.identifiers import new_id
from service.key.caller import Caller

SOURCE = "feedback"
REGISTER = "web"

FindDecision = Callable[[str], Awaitable[Recorded | None]]


class FeedbackService:
    """Keeps feedback apart from decisions, quarantined until a reviewer releases it.

    `find_decision` returns a recorded decision by its id, `normalise` undoes disguise.
    """

    def __init__(
        self,
        repository: FeedbackRepository,
        find_decision: FindDecision,
        normalise: Callable[[str], str],
    ) -> None:
        self.repository = repository
        self._find_decision = find_decision
        self._normalise = normalise

    async def add(self, items: Sequence[FeedbackItem], caller: Caller) -> list[str]:
        """Store feedback in quarantine, all or none, and return the ids in its order.

        Raises InvalidRequest for decisions that there are not, and TextNotStored where the post of
        a decision was not kept or none may be kept for this caller.
        """
        faults: list[FieldError] = []
        textless: list[FieldError] = []
        new: list[Feedback] = []
        for number, item in enumerate(items):
            feedback = _feedback(item, caller)
            if item.decision_id is not None:
                decision = await self._find_decision(item.decision_id)
                pointer = f"/items/{number}/decision_id"
                if decision is None or not _may_see(caller, decision):
                    faults.append(FieldError(pointer, "is the id of no decision"))
                elif decision.text is None:
                    textless.append(FieldError(pointer, "is a decision whose text is not stored"))
                else:
                    feedback = replace(
                        feedback,
                        title=decision.title,
                        text=decision.text,
                        channel=decision.channel,
                        author_id=decision.author_id,
                    )
            new.append(feedback)
        _refuse(faults, textless, caller)
        await self.repository.add(
            [(item, bands_of(self._grams(item.title, item.text))) for item in new]
        )
        return [item.id for item in new]

    async def page(
        self, state: State | None, limit: int, before: str | None
    ) -> tuple[list[tuple[Feedback, list[Likeness]]], str | None]:
        """Return a page, newest first, each with what is like it, and where the next begins."""
        found = await self.repository.page(state, limit + 1, before)
        compared = Comparison(self._grams)
        shown = [(item, await self.similar(item, compared)) for item in found[:limit]]
        return shown, found[limit - 1].id if len(found) > limit else None

    async def similar(
        self, feedback: Feedback, compared: Comparison | None = None
    ) -> list[Likeness]:
        """Return up to five others on the same or nearly the same post, conflicting ones first."""
        others = await self.repository.candidates(feedback)
        compared = compared or Comparison(self._grams)
        # Long posts take a moment, in which others are answered.
        return await asyncio.to_thread(compared.likenesses, feedback, others)

    async def review(
        self,
        identity: str,
        state: Literal["released", "rejected"],
        note: str | None,
        caller: Caller,
    ) -> tuple[Feedback, list[Likeness]]:
        """Release or reject feedback and return it; raises NotFound."""
        known = await self.repository.review(
            identity, state, at=datetime.now(UTC), by=caller.key_id, note=note
        )
        feedback = await self.repository.get(identity) if known else None
        if feedback is None:
            raise NotFound("No feedback has this id; `GET /feedback` lists what there is.")
        return feedback, await self.similar(feedback)

    async def export(self, since: datetime | None) -> AsyncIterator[bytes]:
        """Yield what was released as Examples, one JSON line each."""
        async for feedback in self.repository.released(since):
            yield orjson.dumps(to_example(feedback).to_record(), option=orjson.OPT_APPEND_NEWLINE)

    def _grams(self, title: str | None, text: str) -> frozenset[str]:
        return shingles(self._normalise(join_title(title or "", text)[0]))


def to_example(feedback: Feedback) -> Example:
    """Return the Example that released feedback is."""
    return Example(
        id=f"{SOURCE}-{feedback.id}",
        source=SOURCE,
        register=feedback.channel or REGISTER,
        text=feedback.text,
        title=feedback.title or None,
        labels=dict(feedback.labels),
        date=f"{feedback.created_at:%Y-%m-%d}",
    )


def _feedback(item: FeedbackItem, caller: Caller) -> Feedback:
    return Feedback(
        id=new_id(),
        created_at=datetime.now(UTC),
        key_id=caller.key_id,
        decision_id=item.decision_id,
        title=item.title,
        text=item.text or "",
        channel=item.channel,
        author_id=item.author_id,
        labels={short_name(name): 1 if known else 0 for name, known in item.labels.items()},
        note=item.note,
        by=item.by,
    )


def _may_see(caller: Caller, decision: Recorded) -> bool:
    """Whoever may only score knows the decisions of the own key, and of no other."""
    return "review" in caller.scopes or decision.key_id == caller.key_id


def _refuse(faults: Sequence[FieldError], textless: Sequence[FieldError], caller: Caller) -> None:
    if faults:
        raise InvalidRequest(
            "Some decisions do not exist, or belong to another key; `errors` names each. "
            "Nothing was stored.",
            errors=faults,
        )
    if textless:
        raise TextNotStored(
            "The text of some decisions was not kept, and feedback needs it. Send `text` instead "
            "of `decision_id` for those that `errors` names. Nothing was stored.",
            errors=textless,
        )
    if caller.store != "text":
        raise TextNotStored(
            f"Feedback keeps the text of its post, and this key keeps {caller.store} at most. "
            "Send it with a key whose store rule is text. Nothing was stored."
        )
