"""POST /score over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service import catalogue
from service.body import parse_json, read_body
from service.errors import (
    DeadlineExceeded,
    Internal,
    NotJson,
    NotReady,
    Overloaded,
    TooLarge,
    TooSlow,
    UnknownPolicy,
)
from service.idempotency.service import IDEMPOTENCY_PROBLEMS, IdempotencyKey
from service.key.access import ScoreCaller
from service.key.errors import ACCESS_PROBLEMS
from service.score.reading import read_envelope
from service.score.route import DirectRoute
from service.score.schemas import BatchRequest, ScoreResponse, SingleRequest
from service.stages import Stages
from service.state import StateDep
from service.store.errors import StoreError
from service.waiting import answer_in_time
from service.wire import problems, reference

router = APIRouter(tags=[catalogue.TAG_SCORE], route_class=DirectRoute)

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
    *ACCESS_PROBLEMS,
    TooSlow,
    TooLarge,
    *IDEMPOTENCY_PROBLEMS,
    UnknownPolicy,
    Overloaded,
    NotReady,
    DeadlineExceeded,
    StoreError,
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
async def score(
    request: Request, state: StateDep, caller: ScoreCaller, key: IdempotencyKey = None
) -> Response:
    """Score one post or a batch."""
    stages: Stages = request.state.stages
    scoring = state.scoring
    with stages.measure("receive"):
        body = await read_body(request)

    async def work() -> Response:
        with stages.measure("receive"):
            envelope = read_envelope(parse_json(body))
        request.state.items = len(envelope.entries)
        scored = await scoring.score(envelope, request.state.request_id, stages, caller)
        with stages.measure("answer"):
            content = scored.model_dump_json()
        return Response(content, media_type="application/json")

    once = state.domains.idempotency.once(request, caller, key, body, work)
    try:
        return await answer_in_time(request, once, state.settings.deadline_s)
    except DeadlineExceeded as error:
        error.retry_after = scoring.engine.retry_after()
        raise
