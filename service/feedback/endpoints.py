"""POST, GET and PATCH /feedback, and GET /feedback/export."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from models.errors import FieldError
from service.body import parse_json, read_body
from service.catalogue import feedback as texts
from service.errors import Internal, InvalidRequest, NotFound, NotJson, TooLarge
from service.feedback.answers import answer
from service.feedback.errors import TextNotStored
from service.feedback.reading import read_form
from service.feedback.record import State
from service.feedback.schemas import (
    ID_PATTERN,
    FeedbackCreated,
    FeedbackInfo,
    FeedbackPage,
    FeedbackRequest,
    ReviewRequest,
)
from service.idempotency.service import IDEMPOTENCY_PROBLEMS, IdempotencyKey
from service.key.access import ReviewCaller, ScoreCaller
from service.state import StateDep
from service.store.errors import StoreError
from service.wire import json_body, problems

router = APIRouter(prefix="/feedback", tags=[texts.TAG])
JSONL = "application/x-ndjson"
BODY_PROBLEMS = (NotJson, TooLarge, InvalidRequest, StoreError, Internal)

EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": texts.EXPORTED,
        "content": {
            JSONL: {
                "schema": {"type": "string"},
                "examples": {"one": {"value": texts.EXAMPLE_LINE}},
            }
        },
    }
}


@router.post(
    "",
    status_code=201,
    summary=texts.POST_SUMMARY,
    description=texts.POST_DESCRIPTION,
    response_model=FeedbackCreated,
    responses=problems(TextNotStored, *IDEMPOTENCY_PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=json_body(FeedbackRequest),
)
async def add(
    request: Request, state: StateDep, caller: ScoreCaller, key: IdempotencyKey = None
) -> Response:
    """Take feedback into quarantine."""
    body = await read_body(request)

    async def work() -> Response:
        form = read_form(FeedbackRequest, parse_json(body))
        caller.charge(len(form.items))
        ids = await state.domains.feedback.add(form.items, caller)
        content = FeedbackCreated(ids=ids).model_dump_json()
        return Response(content, 201, media_type="application/json")

    return await state.domains.idempotency.once(request, caller, key, body, work)


@router.get(
    "",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(InvalidRequest, StoreError, Internal),
)
async def page(
    state: StateDep,
    _caller: ReviewCaller,
    wanted: Annotated[State | None, Query(alias="state", description=texts.STATE_FILTER)] = None,
    limit: Annotated[int, Query(ge=1, le=200, description=texts.LIMIT)] = 50,
    before: Annotated[str | None, Query(pattern=ID_PATTERN, description=texts.BEFORE)] = None,
) -> FeedbackPage:
    """List feedback, newest first."""
    items, following = await state.domains.feedback.page(wanted, limit, before)
    return FeedbackPage(items=[answer(*item) for item in items], next=following)


@router.get(
    "/export",
    summary=texts.EXPORT_SUMMARY,
    description=texts.EXPORT_DESCRIPTION,
    response_class=StreamingResponse,
    responses={**EXPORTED, **problems(InvalidRequest, StoreError, Internal)},
)
async def export(
    state: StateDep,
    _caller: ReviewCaller,
    since: Annotated[AwareDatetime | None, Query(description=texts.SINCE)] = None,
) -> Response:
    """Send what was released as Examples."""
    lines = state.domains.feedback.export(_in_utc(since))
    # Asked for before the answer begins, so that a store that fails is a problem and no half file.
    first = await anext(lines, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for line in lines:
            yield line

    return StreamingResponse(whole(), media_type=JSONL)


@router.patch(
    "/{id}",
    summary=texts.REVIEW_SUMMARY,
    description=texts.REVIEW_DESCRIPTION,
    response_model=FeedbackInfo,
    responses=problems(NotFound, *BODY_PROBLEMS),
    openapi_extra=json_body(ReviewRequest),
)
async def review(
    request: Request,
    state: StateDep,
    caller: ReviewCaller,
    identity: Annotated[str, Path(alias="id", pattern=ID_PATTERN, examples=[texts.EXAMPLE_ID])],
) -> FeedbackInfo:
    """Release or reject feedback."""
    form = read_form(ReviewRequest, parse_json(await read_body(request)))
    found = await state.domains.feedback.review(identity, form.state, form.note, caller)
    return answer(*found)


def _in_utc(moment: datetime | None) -> datetime | None:
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        fault = FieldError("/since", "lies outside the years 1 to 9999")
        raise InvalidRequest("since lies outside the years 1 to 9999.", errors=[fault]) from None
