"""The int8 graph in a process of its own, which must not use tiles."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.errors import ReleaseError
from models.runtime import OpenVinoBackend
from training.tiles import LIMIT, int8_without_tiles

IDS = np.asarray([[2, 7, 9, 11, 3, 0, 0, 0], [2, 5, 8, 6, 4, 12, 10, 3]], dtype=np.int64)
MASK = np.asarray([[1] * 5 + [0] * 3, [1] * 8], dtype=np.int64)


def test_it_gives_what_the_graph_says(int8_release: Path) -> None:
    exact = OpenVinoBackend(int8_release, "f32").infer(IDS, MASK)
    with int8_without_tiles(int8_release) as backend:
        found = backend.infer(IDS, MASK)
        alone = backend.infer(IDS[:1], MASK[:1])
    assert np.corrcoef(found.logits.ravel(), exact.logits.ravel())[0, 1] > 0.95
    np.testing.assert_allclose(alone.logits, found.logits[:1], atol=1e-5)
    assert (found.embedding * exact.embedding).sum(axis=1).min() > 0.9


def test_the_limit_holds_for_that_process_alone(
    int8_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(LIMIT, raising=False)
    with int8_without_tiles(int8_release):
        assert LIMIT not in os.environ
    monkeypatch.setenv(LIMIT, "AVX512_CORE")
    with int8_without_tiles(int8_release):
        assert os.environ[LIMIT] == "AVX512_CORE"


def test_a_release_without_the_graph_is_refused(tiny_release: Path) -> None:
    with pytest.raises(ReleaseError), int8_without_tiles(tiny_release):
        pass
