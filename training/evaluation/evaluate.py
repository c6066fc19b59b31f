"""Evaluating a release on posts: what every label is worth, per source, split and register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from models.scorer import Scorer
from training.evaluation.alarms import ALL, debunks_called_rumours, false_alarms
from training.evaluation.reliability import Bin, reliability
from training.evaluation.scored import Scored
from training.metrics import Metrics, Share, measure

BySource = dict[str, dict[str, Metrics]]


@dataclass(slots=True)
class Evaluation:
    """What was measured of a release.

    `labels`: metrics by label and source; the source `all` pools every post that knows the label.
    `splits`: the same for each split (held out by cluster, by time), where posts come from several.
    `registers`, `sources`: false alarms on ordinary posts, by label and `any`; `ordinary` holds the
    plain shares by source. `debunks`: debunking posts that are called rumours, by source.
    `reliability`: by label.
    """

    release: str
    fingerprint: str
    posts: int
    labels: BySource = field(default_factory=dict)
    ordinary: dict[str, dict[str, float]] = field(default_factory=dict)
    splits: dict[str, BySource] = field(default_factory=dict)
    registers: dict[str, dict[str, Share]] = field(default_factory=dict)
    sources: dict[str, dict[str, Share]] = field(default_factory=dict)
    debunks: dict[str, Share] = field(default_factory=dict)
    reliability: dict[str, list[Bin]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def evaluate(scorer: Scorer, scored: Scored) -> Evaluation:
    """Measure every label of a release on scored posts, at the thresholds it has now."""
    held = scored.under(scorer.release)
    examples = held.examples
    sources = false_alarms(held, [example.source for example in examples])
    return Evaluation(
        release=held.release,
        fingerprint=held.fingerprint,
        posts=len(examples),
        labels=by_source(held),
        ordinary={
            source: {name: share.share for name, share in shares.items() if share.share is not None}
            for source, shares in sources.items()
            if source != ALL
        },
        splits=_by_split(held),
        registers=false_alarms(held, [example.register_ for example in examples]),
        sources=sources,
        debunks=debunks_called_rumours(held),
        reliability={
            name: reliability(posts)
            for name in held.judged_labels
            if len((posts := held.of_label(name)).truth)
        },
    )


def by_source(scored: Scored) -> BySource:
    """Return the metrics of every label that posts know, over all of them and per source."""
    found = {}
    for name in scored.judged_labels:
        posts, threshold = scored.of_label(name), scored.threshold(name)
        if not len(posts.truth):
            continue
        found[name] = {ALL: measure(posts, threshold, interval=True)} | {
            source: measure(posts.of_source(source), threshold, interval=True)
            for source in dict.fromkeys(posts.sources.tolist())
        }
    return found


def _by_split(scored: Scored) -> dict[str, BySource]:
    splits: Sequence[str] = [example.split or "" for example in scored.examples]
    names = sorted({name for name in splits if name})
    if len(names) < 2:
        return {}
    return {
        name: by_source(scored.rows([row for row, split in enumerate(splits) if split == name]))
        for name in names
    }
