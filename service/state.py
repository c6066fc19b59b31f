"""What one application holds: its settings, its metrics and, once it is ready, its scorer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated

import structlog
from fastapi import Depends, Request

from models.errors import MingjianError
from models.scorer import Scorer
from service.domains import Domains, open_domains
from service.engine import Engine
from service.errors import NotReady
from service.metrics.service import Metrics
from service.score.finding import Sources
from service.score.recording import Record
from service.score.service import ScoreService
from service.settings import Settings

log = structlog.get_logger("service")


class State:
    """Loads the release in the background, so that the process answers while it starts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.on_refusal: Callable[[], None] = lambda: None
        self.refused = False
        self._scoring: ScoreService | None = None
        self._domains: Domains | None = None
        self._open = AsyncExitStack()
        self._loading: asyncio.Task[None] | None = None

    @property
    def scoring(self) -> ScoreService:
        """The service that scores; raises NotReady until the release has passed its self-test."""
        if self._scoring is None:
            raise self._not_ready()
        return self._scoring

    @property
    def domains(self) -> Domains:
        """Words, debunks, policies, decisions, …; raises NotReady as `scoring` does."""
        if self._domains is None:
            raise self._not_ready()
        return self._domains

    def _not_ready(self) -> NotReady:
        if self.refused:
            return NotReady("The service cannot start; its log says why.")
        return NotReady("The release is being loaded and tested. Try again in a few seconds.")

    def start(self) -> None:
        """Begin to load the release; needs a running event loop."""
        self._loading = asyncio.create_task(self._load(), name="load release")

    async def close(self) -> None:
        """Stop what was started."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)
        await self._open.aclose()

    async def _load(self) -> None:
        start = time.perf_counter()
        try:
            scorer = await asyncio.to_thread(open_scorer, self.settings)
            domains = await open_domains(self.settings, scorer, self._open)
        except MingjianError as error:
            self._refuse()
            log.error("start refused", code=error.code, detail=error.detail)  # noqa: TRY400
        except Exception:
            self._refuse()
            log.exception("start refused")
        else:
            self._serve(scorer, domains, time.perf_counter() - start)

    def _refuse(self) -> None:
        self.refused = True
        self.on_refusal()

    def _serve(self, scorer: Scorer, domains: Domains, seconds: float) -> None:
        release = scorer.release
        engine = Engine(
            scorer.backend,
            release.pad_id,
            queue_tokens=self.settings.queue_tokens,
            batch_tokens=self.settings.batch_tokens,
            metrics=self.metrics,
        )
        engine.start()
        sources = Sources(domains.words.matcher, domains.rules, domains.debunks.library)
        record = Record(scorer, sources, domains.recorder)
        scoring = ScoreService(scorer, engine, self.metrics, domains.policies, sources, record)
        self._open.push_async_callback(scoring.close)
        self._domains, self._scoring = domains, scoring
        self.metrics.release.labels(release.name, release.fingerprint).set(1)
        log.info(
            "ready",
            release=release.name,
            fingerprint=release.fingerprint,
            backend=scorer.backend.name,
            precision=scorer.backend.precision,
            seconds=round(seconds, 2),
        )


def open_scorer(settings: Settings) -> Scorer:
    """Load the release of the settings and test it; raises ReleaseError."""
    return Scorer.open(
        settings.release, precision=settings.precision, threads=settings.threads or None
    )


def state_of(request: Request) -> State:
    """Return the state of the application that answers a request."""
    state = request.app.state.mingjian
    assert isinstance(state, State)
    return state


StateDep = Annotated[State, Depends(state_of)]
