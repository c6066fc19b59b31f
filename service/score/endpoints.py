"""POST /score over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service import catalogue
from service.body import parse_json, read_body
from service.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotJson,
    NotReady,
    Overloaded,
    TooLarge,
    UnknownPolicy,
)
from service.score.reading import read_envelope
from service.score.schemas import BatchRequest, ScoreResponse, SingleRequest
from service.stages import Stages
from service.state import StateDep
from service.waiting import answer_in_time
from service.wire import problems, reference

router = APIRouter(tags=[catalogue.TAG_SCORE])

REQUEST_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"anyOf": [reference(BatchRequest), reference(SingleRequest)]},
            "examples": {
                "batch": {"summary": "一批 A batch", "value": catalogue.EXAMPLE_BATCH},
                "single": {"summary": "一条 One post", "value": catalogue.EXAMPLE_SINGLE},
            },
        }
    },
}
REFUSALS = problems(
    NotJson,
    TooLarge,
    InvalidRequest,
    UnknownPolicy,
    Overloaded,
    NotReady,
    DeadlineExceeded,
    Internal,
)


@router.post(
    "/score",
    summary=catalogue.SCORE_SUMMARY,
    description=catalogue.SCORE_DESCRIPTION,
    response_model=ScoreResponse,
    responses=REFUSALS,
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def score(request: Request, state: StateDep) -> Response:
    """Score one post or a batch."""
    stages: Stages = request.state.stages
    scoring = state.scoring
    with stages.measure("receive"):
        envelope = read_envelope(parse_json(await read_body(request)))
    request.state.items = len(envelope.entries)
    work = scoring.score(envelope, request.state.request_id, stages)
    response = await answer_in_time(request, work, state.settings.deadline_s)
    with stages.measure("answer"):
        content = response.model_dump_json()
    return Response(content, media_type="application/json")
