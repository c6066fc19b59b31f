"""Opening a release; apart from the rest, so that it can begin before that is imported."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

from models.scorer import Scorer
from service.settings import Settings


def open_scorer(settings: Settings, name: str | None = None) -> Scorer:
    """Load a release, that of the settings without a name, and test it; raises ReleaseError."""
    return Scorer.open(name or settings.release, **settings.runtime)


class Opening:
    """The release of the settings, on its way since this was made, and handed over once.

    Nothing of it stays here, or it would be kept in memory after another took its place.
    """

    def __init__(self, settings: Settings) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="open")
        self._scorer: Future[Scorer] | None = thread.submit(open_scorer, settings)
        thread.shutdown(wait=False)

    async def take(self) -> Scorer:
        """Return the scorer when it is there; raises ReleaseError as `open_scorer` does."""
        assert self._scorer is not None, "it was taken before"
        scorer, self._scorer = self._scorer, None
        return await asyncio.wrap_future(scorer)
