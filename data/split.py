"""Splitting by cluster and, where dates exist, by time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from data.schema import Example

TRAIN, CALIBRATION, TEST, TEST_TIME = "train", "calibration", "test", "test_time"
SPLITS = (TRAIN, CALIBRATION, TEST, TEST_TIME)


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """How much is held out. Shares are of clusters; half is for calibration, half for test.

    Small corpora and rare labels hold out more, up to `largest`, so that a label with few
    positives still gets `wanted` of them.
    """

    held_out: float = 0.12
    largest: float = 0.4
    wanted: int = 30
    wanted_rows: int = 800
    newest: float = 0.07
    enough: int = 40
    seed: str = "mingjian"


def split(
    examples: Sequence[Example], clusters: Sequence[int], settings: SplitSettings
) -> list[str]:
    """Return the split of every Example; a cluster never lies in two.

    The newest part of every source that is dated on both classes becomes `test_time`.
    """
    if not examples:
        return []
    newest = _newest_clusters(examples, clusters, settings)
    share = max(settings.held_out, min(settings.largest, settings.wanted_rows / len(examples)))
    rare = _rare_shares(examples, share, settings)
    shares: dict[int, float] = {}
    for example, cluster in zip(examples, clusters, strict=True):
        own = [rare[name] for name, value in example.labels.items() if value and name in rare]
        shares[cluster] = max([shares.get(cluster, share), *own])
    firsts: dict[int, str] = {}
    for example, cluster in zip(examples, clusters, strict=True):
        firsts.setdefault(cluster, example.id)
    place = {
        cluster: TEST_TIME if cluster in newest else _draw(firsts[cluster], held_out, settings)
        for cluster, held_out in shares.items()
    }
    return [place[cluster] for cluster in clusters]


def _draw(first_id: str, share: float, settings: SplitSettings) -> str:
    """Draw by the hash of the cluster's first id, so that other posts do not change the draw."""
    hashed = hashlib.sha256(f"{settings.seed}/{first_id}".encode()).digest()
    drawn = int.from_bytes(hashed[:8], "big") / 2**64
    if drawn >= share:
        return TRAIN
    return CALIBRATION if drawn < share / 2 else TEST


def _rare_shares(
    examples: Sequence[Example], share: float, settings: SplitSettings
) -> dict[str, float]:
    positives = Counter(n for e in examples for n, value in e.labels.items() if value)
    return {
        name: min(settings.largest, settings.wanted / count)
        for name, count in positives.items()
        if count * share < settings.wanted
    }


def _newest_clusters(
    examples: Sequence[Example], clusters: Sequence[int], settings: SplitSettings
) -> set[int]:
    by_source: dict[str, list[int]] = {}
    for position, example in enumerate(examples):
        if example.date and len(example.date) > 4:
            by_source.setdefault(example.source, []).append(position)
    newest: set[int] = set()
    for positions in by_source.values():
        newest |= _newest_of(positions, examples, clusters, settings)
    return newest


def _newest_of(
    positions: list[int],
    examples: Sequence[Example],
    clusters: Sequence[int],
    settings: SplitSettings,
) -> set[int]:
    dates = sorted(examples[i].date or "" for i in positions)
    if not 0 < settings.newest < 1:
        return set()
    cut = dates[int(len(dates) * (1 - settings.newest))]
    late = [i for i in positions if (examples[i].date or "") >= cut]
    counts = Counter((n, value) for i in late for n, value in examples[i].labels.items())
    labels = {name for name, _ in counts}
    both = any(min(counts[name, 0], counts[name, 1]) >= settings.enough for name in labels)
    return {clusters[i] for i in late} if both and len(late) < len(positions) / 4 else set()
