"""Evaluating a release on posts, through the same scorer that serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from data.schema import Example
from data.sources import source_of
from models.labels import LOW_QUALITY
from models.scorer import Post, Progress, Scorer
from training.metrics import Metrics, measure
from training.truth import Floats, Judged, judged, label_matrix, low_quality_truth

ALL = "all"
# `low_quality` has no threshold of its own in a release: any flagged sub-label counts.
LOW_QUALITY_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """Posts with their scores: `probabilities` [n, labels], `low_quality` [n] or None."""

    examples: Sequence[Example]
    names: tuple[str, ...]
    probabilities: Floats
    low_quality: Floats | None

    def of_label(self, name: str) -> Judged:
        """Return one label, or low quality as a whole, over the posts whose truth is known."""
        if name == LOW_QUALITY:
            assert self.low_quality is not None
            truth = low_quality_truth(self.examples, self.names)
            return judged(self.examples, truth, self.low_quality)
        column = self.names.index(name)
        truth = label_matrix(self.examples, self.names)[:, column]
        return judged(self.examples, truth, self.probabilities[:, column])


@dataclass(slots=True)
class Evaluation:
    """Metrics by label and source; the source `all` pools every post that knows the label."""

    release: str
    fingerprint: str
    posts: int
    labels: dict[str, dict[str, Metrics]] = field(default_factory=dict)
    ordinary: dict[str, dict[str, float]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def to_post(example: Example) -> Post:
    """Return what is scored of an Example."""
    return Post(text=example.text, title=example.title or "")


def score_examples(
    scorer: Scorer, examples: Sequence[Example], progress: Progress | None = None
) -> Scored:
    """Score Examples as the service would."""
    scores = scorer.score([to_post(example) for example in examples], progress)
    names = scorer.release.labels
    whole = [score.low_quality for score in scores]
    return Scored(
        examples=examples,
        names=names,
        probabilities=np.asarray(
            [[score.probabilities[name] for name in names] for score in scores], dtype=np.float64
        ).reshape(len(scores), len(names)),
        low_quality=None if None in whole else np.asarray(whole, dtype=np.float64),
    )


def evaluate(scorer: Scorer, scored: Scored) -> Evaluation:
    """Measure every label of a release on scored posts, per source and over all."""
    release = scorer.release
    result = Evaluation(release.name, release.fingerprint, len(scored.examples))
    wanted = {name: release.thresholds[name].value for name in release.labels}
    if scored.low_quality is not None:
        wanted[LOW_QUALITY] = LOW_QUALITY_THRESHOLD
    for name, threshold in wanted.items():
        posts = scored.of_label(name)
        if not len(posts.truth):
            continue
        by_source = {ALL: measure(posts, threshold, interval=True)}
        for source in dict.fromkeys(posts.sources.tolist()):
            by_source[source] = measure(posts.of_source(source), threshold)
        result.labels[name] = by_source
    result.ordinary = _ordinary(scorer, scored)
    return result


def _ordinary(scorer: Scorer, scored: Scored) -> dict[str, dict[str, float]]:
    """Return, per ordinary source, the share of posts that each label wrongly flags."""
    found: dict[str, dict[str, float]] = {}
    of = np.asarray([example.source for example in scored.examples])
    quiet = np.asarray([not any(example.labels.values()) for example in scored.examples])
    flagged = np.stack(
        [
            scored.probabilities[:, place] >= scorer.release.thresholds[name].value
            for place, name in enumerate(scored.names)
        ],
        axis=1,
    )
    for source in sorted(set(of.tolist())):
        rows = (of == source) & quiet
        if source_of(source).ordinary and rows.any():
            shares = flagged[rows].mean(axis=0)
            found[source] = {
                name: float(share) for name, share in zip(scored.names, shares, strict=True)
            } | {"any": float(flagged[rows].any(axis=1).mean())}
    return found
