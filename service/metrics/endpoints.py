"""GET /metrics."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from service import catalogue
from service.errors import Internal
from service.key.access import AnyCaller
from service.state import StateDep
from service.wire import problems

router = APIRouter(tags=[catalogue.TAG_HEALTH])


@router.get(
    "/metrics",
    summary=catalogue.METRICS_SUMMARY,
    description=catalogue.METRICS_DESCRIPTION,
    response_class=PlainTextResponse,
    responses=problems(Internal),
)
async def metrics(state: StateDep, _caller: AnyCaller) -> Response:
    """Return the metrics in the text format of Prometheus."""
    return Response(state.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
