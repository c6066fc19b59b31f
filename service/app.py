"""The application: routes, errors, frame and life."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from opentelemetry.trace import TracerProvider

from service import catalogue
from service.author.endpoints import router as authors
from service.community_rules.endpoints import router as community_rules
from service.debunk.endpoints import router as debunks
from service.decision.endpoints import router as decisions
from service.door import Door
from service.errors import install_handlers
from service.feedback.endpoints import router as feedback
from service.health.endpoints import router as health
from service.metrics.endpoints import router as metrics
from service.middleware import RequestFrame
from service.openapi import install_docs
from service.opening import Opening
from service.policy.endpoints import router as policy
from service.release.endpoints import router as release
from service.score.endpoints import router as score
from service.settings import Settings
from service.state import State
from service.tracing import telemetry, tracer_of
from service.whatif.endpoints import router as whatif
from service.word.endpoints import router as words


def create_app(
    settings: Settings,
    spans: TracerProvider | None = None,
    opening: Opening | None = None,
) -> FastAPI:
    """Return an application; it begins to load its release when its lifespan starts.

    `spans`: where traces go, by default to what the environment names (service.tracing).
    `opening`: the release, where it is being loaded already.
    """
    state = State(settings, opening)
    app = FastAPI(
        title=catalogue.API_TITLE,
        description=catalogue.API_DESCRIPTION,
        version=version("mingjian"),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=telemetry(spans),
    )
    app.state.mingjian = state
    app.add_middleware(
        RequestFrame, metrics=state.metrics, using=state.using, tracer=tracer_of(spans)
    )
    app.add_middleware(Door, metrics=state.metrics, refusal=state.refusal)
    install_handlers(app)
    # One router a domain, in the order in which /docs shows them.
    for router in (
        score,
        decisions,
        release,
        policy,
        community_rules,
        whatif,
        words,
        debunks,
        feedback,
        authors,
        health,
        metrics,
    ):
        app.include_router(router)
    install_docs(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: State = app.state.mingjian
    state.start()
    try:
        yield
    finally:
        await state.close()
