"""Opening a release; apart from the rest, so that it can begin before that is imported."""

from __future__ import annotations

from models.scorer import Scorer
from service.settings import Settings


def open_scorer(settings: Settings, name: str | None = None) -> Scorer:
    """Load a release, that of the settings without a name, and test it; raises ReleaseError."""
    return Scorer.open(name or settings.release, **settings.runtime)
