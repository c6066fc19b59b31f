"""Both backends say the same; torch is asked for by name and missed with a remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.batching import Batch, pad
from models.errors import InvalidInput, ReleaseError
from models.layout import Layout
from models.release import Release
from models.runtime import OpenVinoBackend, opening
from models.runtime.opening import open_backend
from models.runtime.torch_backend import TorchBackend
from models.scorer import Scorer
from tests.tiny import random_posts


@pytest.mark.parametrize(("precision", "bound"), [("f32", 0.001), ("bf16", 0.1)])
def test_both_backends_say_the_same(tiny_release: Path, precision: str, bound: float) -> None:
    scorer = Scorer(Release.load(tiny_release), OpenVinoBackend(tiny_release, "f32", threads=1))
    windows = [scorer.encode(post).windows[0] for post in random_posts(12)]
    inputs = pad(windows, Batch(64, tuple(range(12))), scorer.release.pad_id)
    here = scorer.backend.infer(*inputs)
    there = TorchBackend(tiny_release, precision).infer(*inputs)
    assert there.logits.dtype == there.embedding.dtype == np.float32
    assert np.abs(here.logits - there.logits).max() <= bound
    assert np.abs(here.embedding - there.embedding).max() <= bound
    np.testing.assert_allclose(np.linalg.norm(there.embedding, axis=1), 1, atol=bound)


def test_it_serves_by_name_and_passes_the_self_test(tiny_release: Path) -> None:
    scorer = Scorer.open(tiny_release, precision="f32", backend="torch")
    assert (scorer.backend.name, scorer.backend.precision) == ("torch", "f32")
    posts = random_posts(30)
    plain = Scorer.open(tiny_release, precision="f32")
    assert np.abs(scorer.logits(posts) - plain.logits(posts)).max() <= 0.001


def test_int8_is_refused(tiny_release: Path) -> None:
    with pytest.raises(ReleaseError, match="torch backend has no int8"):
        TorchBackend(tiny_release, "int8")


def test_weights_that_cannot_be_read_are_refused(release_copy: Path) -> None:
    Layout(release_copy).config.write_text("{}", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"model\.safetensors cannot be run"):
        TorchBackend(release_copy)


def test_a_missing_extra_is_named(tiny_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "torch" else name)
    with pytest.raises(InvalidInput, match=r"needs torch: run .*\.\[torch\]"):
        open_backend(tiny_release, "torch")
