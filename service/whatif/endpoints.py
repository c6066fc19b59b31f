"""POST /whatif over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request

from service.body import parse_json, read_body
from service.catalogue import whatif as texts
from service.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotJson,
    NotReady,
    TooLarge,
    UnknownPolicy,
)
from service.key.access import ReviewCaller
from service.policy.errors import InvalidPolicy
from service.state import StateDep
from service.store.errors import StoreError
from service.waiting import answer_in_time
from service.whatif.errors import NothingRecorded, UnreachableTarget
from service.whatif.reading import read_request
from service.whatif.schemas import WhatifAnswer, WhatifRequest
from service.wire import problems, reference

router = APIRouter(tags=[texts.TAG])

BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": reference(WhatifRequest),
            "examples": {
                "policy": {"value": texts.EXAMPLE},
                "target": {"value": texts.EXAMPLE_TARGET},
            },
        }
    },
}


@router.post(
    "/whatif",
    summary=texts.SUMMARY,
    description=texts.DESCRIPTION,
    responses=problems(
        NotJson,
        TooLarge,
        InvalidRequest,
        InvalidPolicy,
        UnknownPolicy,
        NothingRecorded,
        UnreachableTarget,
        DeadlineExceeded,
        NotReady,
        StoreError,
        Internal,
    ),
    openapi_extra={"requestBody": BODY},
)
async def whatif(request: Request, state: StateDep, _caller: ReviewCaller) -> WhatifAnswer:
    """Try a change on recorded posts."""
    asked = read_request(parse_json(await read_body(request)))
    work = state.domains.whatif.run(asked)
    return await answer_in_time(request, work, state.settings.deadline_s)
