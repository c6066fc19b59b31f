"""Watching a run: AUC within each source, since a falling loss may only learn the sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from data.schema import Example


def watched(examples: Sequence[Example], posts: int) -> list[Example]:
    """Return up to `posts` of each class for every label that a source knows both ways."""
    chosen: dict[tuple[str, str, int], list[Example]] = {}
    for example in examples:
        for name, value in example.labels.items():
            group = chosen.setdefault((example.source, name, value), [])
            if len(group) < posts:
                group.append(example)
    kept: dict[str, Example] = {}
    for (source, name, known), group in chosen.items():
        other = chosen.get((source, name, 1 - known), ())
        if min(len(group), len(other)) >= min(posts, 8):
            kept.update((example.id, example) for example in group)
    return list(kept.values())


def auc_within_sources(
    logits: NDArray[np.float32],
    labels: NDArray[np.float32],
    sources: Sequence[str],
    names: Sequence[str],
) -> dict[str, float]:
    """Return `auc/LABEL/SOURCE` for every pair with both classes, and `auc` their mean.

    `logits` and `labels` are [n, labels]; a label of -1 is unknown.
    """
    of = np.asarray(sources)
    found: dict[str, float] = {}
    for column, name in enumerate(names):
        for source in sorted(set(sources)):
            rows = (of == source) & (labels[:, column] >= 0)
            truth = labels[rows, column]
            if 0 < truth.sum() < len(truth):
                found[f"auc/{name}/{source}"] = float(roc_auc_score(truth, logits[rows, column]))
    return found | {"auc": float(np.mean(list(found.values()))) if found else float("nan")}
