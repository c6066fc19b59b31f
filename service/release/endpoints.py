"""GET and PUT /release, and GET /release/thresholds."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from models.operating_points import Unreachable
from service import catalogue
from service.body import parse_json, read_body
from service.catalogue import policies as texts
from service.errors import Internal, InvalidRequest, NotJson, NotReady, TooLarge
from service.key.access import AdminCaller, ScoreCaller
from service.key.errors import ACCESS_PROBLEMS
from service.release.errors import ReleaseRefused, UnknownLabel
from service.release.schemas import ReleaseChoice, ReleaseInfo, ThresholdFound
from service.release.service import describe, find_threshold, read_choice, read_wish
from service.state import StateDep
from service.wire import json_body, problems

router = APIRouter(tags=[catalogue.TAG_RELEASE])


@router.get(
    "/release",
    summary=catalogue.RELEASE_SUMMARY,
    description=catalogue.RELEASE_DESCRIPTION,
    responses=problems(NotReady, Internal),
)
async def release(state: StateDep, _caller: ScoreCaller) -> ReleaseInfo:
    """Describe the release that is served."""
    return describe(state.scoring.scorer)


@router.put(
    "/release",
    summary=catalogue.SWAP_SUMMARY,
    description=catalogue.SWAP_DESCRIPTION,
    responses=problems(
        NotJson, *ACCESS_PROBLEMS, TooLarge, InvalidRequest, ReleaseRefused, NotReady, Internal
    ),
    openapi_extra=json_body(ReleaseChoice, {"name": "mingjian-small-2026.12"}),
)
async def swap(request: Request, state: StateDep, _caller: AdminCaller) -> ReleaseInfo:
    """Serve another release; the one in service goes on until the new one has passed its test."""
    choice = read_choice(parse_json(await read_body(request)))
    return describe(await state.swap(choice.name))


Share = Annotated[float | None, Query(ge=0, le=1)]


@router.get(
    "/release/thresholds",
    summary=texts.THRESHOLDS_SUMMARY,
    description=texts.THRESHOLDS_DESCRIPTION,
    responses=problems(InvalidRequest, UnknownLabel, Unreachable, NotReady, Internal),
)
async def threshold(
    state: StateDep,
    _caller: ScoreCaller,
    label: Annotated[
        str,
        Query(min_length=1, max_length=80, description=texts.LABEL_PARAMETER, examples=["rumour"]),
    ],
    maximise: Annotated[
        Literal["recall", "precision", "f1"], Query(description=texts.MAXIMISE)
    ] = "f1",
    precision: Annotated[Share, Query(description=texts.LEAST_PRECISION)] = None,
    recall: Annotated[Share, Query(description=texts.LEAST_RECALL)] = None,
    false_alarms: Annotated[Share, Query(description=texts.MOST_FALSE_ALARMS)] = None,
) -> ThresholdFound:
    """Find the threshold that keeps a wish."""
    wish = read_wish(maximise, precision, recall, false_alarms)
    # Resampling takes a moment, in which others are answered.
    return await asyncio.to_thread(find_threshold, state.domains.policies.thresholds, label, wish)
