"""One release in service: its scorer, its engine and the domains that depend on it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

from models.scorer import Scorer
from service.domains import Domains, Lasting, open_domains
from service.engine import Engine, Limits, ScoreCache
from service.metrics.service import Metrics
from service.score.finding import Sources
from service.score.recording import Record
from service.score.service import ScoreService
from service.settings import Settings
from service.use import Users


@dataclass(frozen=True, slots=True)
class Serving:
    """Everything that changes when the release does; `users` are requests that began with it."""

    scorer: Scorer
    domains: Domains
    scoring: ScoreService
    stack: AsyncExitStack
    users: Users = field(default_factory=Users)

    async def close(self, within_s: float) -> None:
        """Let every request that began with the release end, for so long at most; then close."""
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.users.gone(), within_s)
        finally:
            await self.stack.aclose()


async def open_serving(
    settings: Settings, lasting: Lasting, scorer: Scorer, metrics: Metrics, cache: ScoreCache
) -> Serving:
    """Open all that a release needs beside what may be in service already.

    Raises MingjianError that says what cannot be used and what to do; then nothing stays open.
    """
    async with AsyncExitStack() as opening:
        domains = await open_domains(settings, lasting, scorer, opening)
        engine = _engine(settings, scorer, metrics, cache)
        engine.start()
        domains.debunks.vectors.busy = lambda: engine.reading_tokens > 0
        sources = Sources(domains.words.matcher, domains.rules, domains.debunks.library)
        record = Record(scorer, sources, domains.recorder)
        scoring = ScoreService(scorer, engine, metrics, domains.policies, sources, record)
        opening.push_async_callback(scoring.close)
        return Serving(scorer, domains, scoring, opening.pop_all())


def _engine(settings: Settings, scorer: Scorer, metrics: Metrics, cache: ScoreCache) -> Engine:
    limits = Limits(
        queue_tokens=settings.queue_tokens,
        batch_tokens=settings.batch_tokens,
        patience_s=settings.deadline_s,
        deduplicate=settings.deduplicate,
    )
    model = f"{scorer.release.fingerprint}/{scorer.backend.precision}/".encode()
    return Engine(scorer.backend, scorer.release.pad_id, limits, metrics, cache, model)
