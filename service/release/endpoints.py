"""GET /release."""

from __future__ import annotations

from fastapi import APIRouter

from service import catalogue
from service.errors import Internal, NotReady
from service.release.schemas import ReleaseInfo
from service.release.service import describe
from service.state import StateDep
from service.wire import problems

router = APIRouter(tags=[catalogue.TAG_RELEASE])


@router.get(
    "/release",
    summary=catalogue.RELEASE_SUMMARY,
    description=catalogue.RELEASE_DESCRIPTION,
    responses=problems(NotReady, Internal),
)
async def release(state: StateDep) -> ReleaseInfo:
    """Describe the release that is served."""
    return describe(state.scoring.scorer)
