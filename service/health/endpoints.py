"""GET /health/live and /health/ready."""

from __future__ import annotations

from fastapi import APIRouter

from service import catalogue
from service.errors import Internal, NotReady
from service.health.schemas import Live, Ready
from service.state import StateDep
from service.wire import problems

router = APIRouter(prefix="/health", tags=[catalogue.TAG_HEALTH])


@router.get(
    "/live",
    summary=catalogue.LIVE_SUMMARY,
    description=catalogue.LIVE_DESCRIPTION,
    responses=problems(Internal),
)
async def live() -> Live:
    """Answer as long as the process runs."""
    return Live()


@router.get(
    "/ready",
    summary=catalogue.READY_SUMMARY,
    description=catalogue.READY_DESCRIPTION,
    responses=problems(NotReady, Internal),
)
async def ready(state: StateDep) -> Ready:
    """Answer 200 once posts can be scored."""
    return Ready(release=state.scoring.scorer.release.name)
