"""A backend proves that padding changes no score before it is trusted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.release import Release
from models.runtime import Outputs
from models.runtime.padding import objection

WINDOWS = [(2, *range(5, 5 + length), 3) for length in (4, 6, 12, 14, 20)]


class Said:
    """Answers every row with a logit of each label that is `per_padding` for each padded token."""

    name, precision, lanes = "said", "int8", 1

    def __init__(self, release: Release, per_padding: float = 0.0) -> None:
        self._labels = len(release.labels)
        self._per_padding = per_padding
        self.seen: list[tuple[int, ...]] = []

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        self.seen.append(input_ids.shape)
        padding = (attention_mask == 0).sum(axis=1, keepdims=True)
        logits = (padding * self._per_padding).repeat(self._labels, axis=1).astype(np.float32)
        return Outputs(logits, np.ones((len(input_ids), 2), np.float32))


def test_every_length_is_tried_alone_and_padded_further(tiny_release: Path) -> None:
    release = Release.load(tiny_release)
    said = Said(release)
    assert objection(said, release, WINDOWS) == ""
    assert said.seen == [(1, n) for n in (8, 16, 8, 16, 16, 24, 16, 24, 24, 32)]


def test_scores_that_follow_the_padding_are_objected_to(tiny_release: Path) -> None:
    release = Release.load(tiny_release)
    for wrong in (1.0, float("nan")):
        assert "padding moves a probability by" in objection(Said(release, wrong), release, WINDOWS)
