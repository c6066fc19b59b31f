"""The gate's checks of what a candidate is: the same numbers once exported, its size, its speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from data.schema import Example
from models.release import Release
from models.runtime.protocol import Outputs
from models.scorer import Scorer
from training.contrast import mean_embedding
from training.evaluation.scored import to_post
from training.gate.limits import Limits
from training.gate.row import PASSES, WORSE, Row
from training.network import load_network

PARITY_POSTS, SPEED_POSTS, ROUNDS = 64, 64, 3


class TorchBackend:
    """Runs the trained weights of a release in f32: what the exported graph must equal."""

    name, precision = "torch", "f32"

    def __init__(self, release: Release) -> None:
        model, _ = load_network(str(release.folder), release.labels)
        self._model: Any = model.train(mode=False)

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]."""
        ids, mask = torch.from_numpy(input_ids), torch.from_numpy(attention_mask)
        with torch.inference_mode():
            found = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
            embedding = mean_embedding(found.hidden_states[-1], mask)
        return Outputs(logits=found.logits.numpy(), embedding=embedding.numpy())


def parity_row(candidate: Scorer, posts: Sequence[Example], limits: Limits) -> Row:
    """Return the largest difference between exported and trained scores, as they are served."""
    some = [to_post(example) for example in posts[:PARITY_POSTS]]
    served = candidate.score(some)
    trained = Scorer(candidate.release, TorchBackend(candidate.release)).score(some)
    largest = max(
        abs(here.probabilities[name] - there.probabilities[name])
        for here, there in zip(served, trained, strict=True)
        for name in candidate.release.labels
    )
    verdict = PASSES if largest <= limits.parity else WORSE
    note = f"largest difference, served in {candidate.backend.precision}"
    return Row(
        "parity", "scores", verdict, 0.0, largest, None, limits.parity, str(len(some)), note=note
    )


def size_row(candidate: Path, champion: Path, limits: Limits) -> Row:
    """Return the sizes of the two folders in megabytes."""
    here, there = (sum(path.stat().st_size for path in f.iterdir()) for f in (candidate, champion))
    verdict = PASSES if here <= limits.size else WORSE
    return Row("size", "MB", verdict, there / 1e6, here / 1e6, None, None,
               note=f"at most {limits.size / 1e6:.0f}")  # fmt: skip


def speed_row(candidate: Scorer, champion: Scorer, posts: Sequence[Example], limits: Limits) -> Row:
    """Return the posts a second of both, the best of a few rounds in turn."""
    some = [to_post(example) for example in posts[:SPEED_POSTS]]
    best = {id(candidate): float("inf"), id(champion): float("inf")}
    for _ in range(ROUNDS):
        for scorer in (champion, candidate):
            began = perf_counter()
            scorer.score(some)
            best[id(scorer)] = min(best[id(scorer)], perf_counter() - began)
    theirs, ours = len(some) / best[id(champion)], len(some) / best[id(candidate)]
    verdict = PASSES if ours >= limits.speed * theirs else WORSE
    note = f"at least {limits.speed:g} of the champion's"
    return Row("speed", "posts/s", verdict, theirs, ours, None, None, str(len(some)), note=note)
