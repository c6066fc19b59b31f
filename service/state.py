"""What one application holds: its settings, its metrics and, once it is ready, a release."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Annotated

import structlog
from fastapi import Depends, Request

from models.errors import MingjianError, ReleaseError
from models.scorer import Scorer
from service.domains import Domains, Lasting, open_lasting
from service.engine import ScoreCache
from service.errors import NotReady, Overloaded
from service.metrics.service import Metrics
from service.opening import Opening, open_scorer
from service.release.errors import ReleaseRefused
from service.score.service import ScoreService
from service.serving import Serving, open_serving
from service.settings import Settings

log = structlog.get_logger("service")

# How long a new release may take to learn what the debunks mean before it is served without.
SETTLE_S = 60.0


class State:
    """Loads the release in the background, so that the process answers while it starts.

    `swap` puts another release in its place while requests go on: each request ends with the
    release it began with. `opening` is the release where it is being loaded already.
    """

    def __init__(self, settings: Settings, opening: Opening | None = None) -> None:
        self.settings = settings
        self._opening = opening
        self.metrics = Metrics()
        self.cache = ScoreCache(settings.cache_bytes)
        self.on_refusal: Callable[[], None] = lambda: None
        # Called when a release is served and the one before it is gone.
        self.on_settled: Callable[[], None] = lambda: None
        self.refused = False
        self._serving: Serving | None = None
        self._lasting: Lasting | None = None
        self._open = AsyncExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loading: asyncio.Task[None] | None = None
        self._swapping = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self._watch()

    @property
    def ready(self) -> bool:
        """Tell whether a release is served."""
        return self._serving is not None

    @property
    def scoring(self) -> ScoreService:
        """The service that scores; raises NotReady until the release has passed its self-test."""
        return self._current().scoring

    @property
    def domains(self) -> Domains:
        """Words, debunks, policies, decisions, …; raises NotReady as `scoring` does."""
        return self._current().domains

    def refusal(self) -> Overloaded | None:
        """Return what POST /score is refused with while nothing more can be taken."""
        return None if self._serving is None else self._serving.scoring.engine.refusal()

    @contextmanager
    def using(self) -> Iterator[None]:
        """Keep the release that is served now open to the end of a request."""
        if self._serving is None:
            yield
            return
        with self._serving.users.one():
            yield

    def _current(self) -> Serving:
        if self._serving is not None:
            return self._serving
        if self.refused:
            raise NotReady("The service cannot start; its log says why.")
        raise NotReady("The release is being loaded and tested. Try again in a few seconds.")

    def start(self) -> None:
        """Begin to load the release; needs a running event loop."""
        self._loop = asyncio.get_running_loop()
        self._loading = asyncio.create_task(self._load(), name="load release")

    async def close(self) -> None:
        """Finish work that a caller has named, then stop what was started."""
        stopping = [self._loading, *self._background]
        for task in filter(None, stopping):
            task.cancel()
        await asyncio.gather(*filter(None, stopping), return_exceptions=True)
        if self._lasting is not None:
            await self._lasting.idempotency.close()
        if self._serving is not None:
            await self._serving.close(0)
        await self._open.aclose()

    async def swap(self, name: str | None = None) -> Scorer:
        """Serve another release, None for the one that the settings name; return its scorer.

        It is loaded, tested and made ready beside the one in service, which goes on serving where
        the new one is refused and is closed when the last request that began with it has ended.
        Raises NotReady before any release is served, and ReleaseRefused.
        """
        async with self._swapping:
            before = self._current()
            assert self._lasting is not None
            start = time.perf_counter()
            try:
                scorer = await asyncio.to_thread(open_scorer, self.settings, name)
            except ReleaseError as error:
                raise ReleaseRefused(error.detail) from error
            if scorer.release.fingerprint == before.scorer.release.fingerprint:
                return before.scorer
            after = await open_serving(
                self.settings, self._lasting, scorer, self.metrics, self.cache
            )
            try:
                await after.domains.debunks.settle(SETTLE_S)
            except BaseException:
                await after.close(0)
                raise
            self._serve(after, time.perf_counter() - start)
            self._in_background(self._retire(before), "retire release")
            return scorer

    def reload(self) -> None:
        """Serve what the settings name now, in the background; a refusal is logged.

        May be called by a handler of signals.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(
                lambda: self._in_background(self._reload(), "reload release")
            )

    async def _reload(self) -> None:
        try:
            await self.swap()
        except MingjianError as error:
            log.warning("release stays as it was", code=error.code, detail=error.detail)
        except Exception:
            log.exception("release stays as it was")

    async def _retire(self, serving: Serving) -> None:
        await serving.close(self.settings.deadline_s)
        log.info("release retired", release=serving.scorer.release.name)
        del serving
        self.on_settled()

    async def _load(self) -> None:
        start = time.perf_counter()
        try:
            scorer = await (self._opening or Opening(self.settings)).take()
            self._lasting = await open_lasting(self.settings, self._open)
            serving = await open_serving(
                self.settings, self._lasting, scorer, self.metrics, self.cache
            )
        except MingjianError as error:
            self._refuse()
            log.error("start refused", code=error.code, detail=error.detail)  # noqa: TRY400
        except Exception:
            self._refuse()
            log.exception("start refused")
        else:
            self._serve(serving, time.perf_counter() - start)
            self.on_settled()

    def _refuse(self) -> None:
        self.refused = True
        self.on_refusal()

    def _serve(self, serving: Serving, seconds: float) -> None:
        """Give new requests to a release, from one moment to the next."""
        self._serving = serving
        release, backend = serving.scorer.release, serving.scorer.backend
        self.metrics.serving(release.name, release.fingerprint, backend.precision)
        log.info(
            "ready",
            release=release.name,
            fingerprint=release.fingerprint,
            backend=backend.name,
            precision=backend.precision,
            seconds=round(seconds, 2),
        )

    def _in_background(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _watch(self) -> None:
        """Let the gauges look here when they are read."""
        metrics = self.metrics
        metrics.queue_tokens.set_function(lambda: self._waiting()[0])
        metrics.queue_rows.set_function(lambda: self._waiting()[1])
        metrics.cache_bytes.set_function(lambda: self.cache.used)
        metrics.tokens_per_second.set_function(self._pace)

    def _waiting(self) -> tuple[int, int]:
        return (0, 0) if self._serving is None else self._serving.scoring.engine.queue

    def _pace(self) -> float:
        serving = self._serving
        return 0.0 if serving is None else serving.scoring.engine.pace.tokens_per_second


async def state_of(request: Request) -> State:
    """Return the state of the application that answers a request.

    A coroutine, like every dependency and handler: FastAPI calls others in a thread.
    """
    state = request.app.state.mingjian
    assert isinstance(state, State)
    return state


StateDep = Annotated[State, Depends(state_of)]
