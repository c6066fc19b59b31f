"""Work that is done again and again in the background, and outlives its own failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from models.errors import MingjianError

log = structlog.get_logger("service")


class Watch:
    """Calls `step` every few seconds, and at once when it is woken."""

    def __init__(self, name: str, step: Callable[[], Awaitable[None]], every_s: float) -> None:
        self._name = name
        self._step = step
        self._every_s = every_s
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, every_s: float | None = None) -> None:
        """Begin, the first time at once; needs a running event loop."""
        if every_s is not None:
            self._every_s = every_s
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Take the next step now."""
        self._woken.set()

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._step()
            except MingjianError as error:
                log.warning("background work failed", work=self._name, detail=error.detail)
            except Exception:
                log.exception("background work failed", work=self._name)
            try:
                await asyncio.wait_for(self._woken.wait(), self._every_s)
            except TimeoutError:
                continue
