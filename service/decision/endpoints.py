"""Decisions over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from service.body import parse_json, read_body
from service.catalogue import decision as texts
from service.decision.errors import NotReplayable
from service.decision.reading import read_verdict
from service.decision.schemas import (
    DecisionPage,
    DecisionQuery,
    Receipt,
    Replay,
    VerdictRequest,
)
from service.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotFound,
    NotJson,
    NotReady,
    Overloaded,
    TooLarge,
)
from service.key.access import ReviewCaller
from service.state import StateDep
from service.store.errors import StoreError
from service.waiting import answer_in_time
from service.wire import problems, reference

router = APIRouter(prefix="/decisions", tags=[texts.TAG])

Identity = Annotated[str, Path(alias="id", description=texts.ID, examples=[texts.EXAMPLE_ID])]
COMMON = (NotReady, StoreError, Internal)
VERDICT_BODY = {
    "required": True,
    "content": {"application/json": {"schema": reference(VerdictRequest)}},
}


@router.get(
    "",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(InvalidRequest, *COMMON),
)
async def decisions(
    state: StateDep, _caller: ReviewCaller, query: Annotated[DecisionQuery, Query()]
) -> DecisionPage:
    """List decisions, newest first."""
    return await state.domains.receipts.page(query)


@router.get(
    "/{id}",
    summary=texts.RECEIPT_SUMMARY,
    description=texts.RECEIPT_DESCRIPTION,
    responses=problems(NotFound, InvalidRequest, *COMMON),
)
async def receipt(state: StateDep, _caller: ReviewCaller, identity: Identity) -> Receipt:
    """Return the receipt of a decision."""
    return await state.domains.receipts.receipt(identity)


@router.post(
    "/{id}/replay",
    summary=texts.REPLAY_SUMMARY,
    description=texts.REPLAY_DESCRIPTION,
    responses=problems(
        NotFound,
        NotReplayable,
        TooLarge,
        InvalidRequest,
        Overloaded,
        DeadlineExceeded,
        *COMMON,
    ),
)
async def replay(
    request: Request,
    state: StateDep,
    _caller: ReviewCaller,
    identity: Identity,
) -> Replay:
    """Score a recorded post again."""
    await read_body(request)
    work = state.domains.receipts.replay(identity, state.scoring)
    return await answer_in_time(request, work, state.settings.deadline_s)


@router.patch(
    "/{id}",
    summary=texts.VERDICT_SUMMARY,
    description=texts.VERDICT_DESCRIPTION,
    responses=problems(NotJson, NotFound, TooLarge, InvalidRequest, *COMMON),
    openapi_extra={"requestBody": VERDICT_BODY},
)
async def judge(
    request: Request,
    state: StateDep,
    caller: ReviewCaller,
    identity: Identity,
) -> Receipt:
    """Add a reviewer's verdict."""
    said = read_verdict(parse_json(await read_body(request)))
    return await state.domains.receipts.judge(identity, said, caller.key_id)
