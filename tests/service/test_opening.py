"""A release that is opened before the service is there, and kept by nobody but the service."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from models.errors import ReleaseError
from models.layout import Layout
from service.opening import Opening
from service.settings import Settings


def test_it_is_handed_over_and_not_kept(settings: Settings) -> None:
    opening = Opening(settings)
    scorer = asyncio.run(opening.take())
    assert str(scorer.release.folder) == settings.release
    seen = weakref.ref(scorer)
    del scorer
    gc.collect()
    assert seen() is None
    with pytest.raises(AssertionError, match="taken before"):
        asyncio.run(opening.take())


def test_what_is_wrong_with_it_is_told_when_it_is_taken(release_copy: Path) -> None:
    Layout(release_copy).thresholds.write_text("{}")
    opening = Opening(Settings(release=str(release_copy)))
    with pytest.raises(ReleaseError, match="thresholds"):
        asyncio.run(opening.take())
