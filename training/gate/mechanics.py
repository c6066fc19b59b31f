"""The gate's checks of what a candidate is: the same numbers once exported, its size, its speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from data.schema import Example
from models.runtime import OpenVinoBackend
from models.runtime.torch_backend import TorchBackend
from models.scorer import Scorer
from training.evaluation.scored import to_post
from training.gate.limits import Limits
from training.gate.row import PASSES, WORSE, Row

PARITY_POSTS, SPEED_POSTS, ROUNDS = 64, 64, 3


def parity_row(candidate: Scorer, posts: Sequence[Example], limits: Limits) -> Row:
    """Return the largest difference between exported and trained scores, both in f32.

    How far other precisions are from f32 is held by the release's own parity and self-test.
    """
    some = [to_post(example) for example in posts[:PARITY_POSTS]]
    release = candidate.release
    served = Scorer(release, OpenVinoBackend(release.folder, "f32")).score(some)
    trained = Scorer(release, TorchBackend(release.folder, "f32")).score(some)
    largest = max(
        abs(here.probabilities[name] - there.probabilities[name])
        for here, there in zip(served, trained, strict=True)
        for name in release.labels
    )
    verdict = PASSES if largest <= limits.parity else WORSE
    note = "largest difference in f32"
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
