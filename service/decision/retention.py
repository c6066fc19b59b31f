"""Retention: decisions older than MINGJIAN_RETENTION_DAYS are removed, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import structlog

from service.decision.repository import DecisionRepository
from service.store.errors import StoreError

log = structlog.get_logger("service.decision")

EVERY_S = 3600.0
# Small, so that decisions that are being recorded wait for a few milliseconds only.
BATCH = 200
PAUSE_S = 0.05


class Retention:
    """Purges at the start and every hour; `days` 0 keeps everything for ever."""

    def __init__(self, repository: DecisionRepository, days: int) -> None:
        self._repository = repository
        self._days = days
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, where there is anything to do; needs a running event loop."""
        if self._days:
            self._task = asyncio.create_task(self._work(), name="retention")

    async def close(self) -> None:
        """Stop; what was not reached is purged after the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def purge(self, now: datetime) -> int:
        """Remove every decision that is older than it may be; return how many."""
        before = now - timedelta(days=self._days)
        removed = 0
        while batch := await self._repository.purge(before, BATCH):
            removed += batch
            await asyncio.sleep(PAUSE_S)
        return removed

    async def _work(self) -> None:
        while True:
            try:
                removed = await self.purge(datetime.now(UTC))
            except StoreError as error:
                # The next hour may be better; until then too much is kept, not too little.
                log.error("old decisions not removed", detail=error.detail)  # noqa: TRY400
            else:
                if removed:
                    log.info("old decisions removed", decisions=removed, days=self._days)
            await asyncio.sleep(EVERY_S)
