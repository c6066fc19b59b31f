"""Posts with their scores, through the same scorer that serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.schema import Example
from models.errors import InvalidInput
from models.labels import LOW_QUALITY
from models.release import Release
from models.scorer import Post, Progress, Scorer
from training.truth import Floats, Judged, judged, label_matrix, low_quality_truth

# `low_quality` has no threshold of its own in a release: any flagged sub-label counts.
LOW_QUALITY_THRESHOLD = 0.5
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Scored:
    """Posts with their scores: `probabilities` [n, labels], `low_quality` [n] or None.

    `thresholds` by label, `release` and `fingerprint` are those of the release that scored them;
    empty while it is being made. `prior` is the share of low quality that `low_quality` assumes.
    """

    examples: Sequence[Example]
    names: tuple[str, ...]
    probabilities: Floats
    low_quality: Floats | None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    release: str = ""
    fingerprint: str = ""
    prior: float | None = None

    @property
    def judged_labels(self) -> tuple[str, ...]:
        """Every label that has scores, low quality as a whole last."""
        return (*self.names, LOW_QUALITY) if self.low_quality is not None else self.names

    def under(self, release: Release) -> Scored:
        """Return the same scores held against the thresholds of a release."""
        return replace(
            self,
            thresholds={name: found.value for name, found in release.thresholds.items()},
            release=release.name,
            fingerprint=release.fingerprint,
            prior=release.calibration.priors.get(LOW_QUALITY),
        )

    def threshold(self, name: str) -> float:
        """Return the score from which a label is flagged."""
        return LOW_QUALITY_THRESHOLD if name == LOW_QUALITY else self.thresholds[name]

    def scores_of(self, name: str) -> Floats:
        """Return the scores [n] of a label, or of low quality as a whole."""
        if name == LOW_QUALITY:
            assert self.low_quality is not None
            return self.low_quality
        return self.probabilities[:, self.names.index(name)]

    def truth_of(self, name: str) -> NDArray[np.float32]:
        """Return 0, 1 or -1 (unknown) [n] of a label, or of low quality as a whole."""
        if name == LOW_QUALITY:
            return low_quality_truth(self.examples, self.names)
        return label_matrix(self.examples, (name,))[:, 0]

    def of_label(self, name: str) -> Judged:
        """Return one label, or low quality as a whole, over the posts whose truth is known."""
        found = judged(self.examples, self.truth_of(name), self.scores_of(name))
        return replace(found, prior=self.prior) if name == LOW_QUALITY else found

    def flagged(self) -> NDArray[np.bool_]:
        """Return which labels [n, labels] are flagged at the thresholds."""
        bounds = np.asarray([self.threshold(name) for name in self.names])
        return self.probabilities >= bounds

    def any_flag(self) -> NDArray[np.bool_]:
        """Return which posts [n] have any label flagged."""
        return np.asarray(self.flagged().any(axis=1), dtype=np.bool_)

    def rows(self, places: Sequence[int]) -> Scored:
        """Return the posts at some places, in that order."""
        whole = self.low_quality
        taken = np.asarray(places, dtype=np.int64)
        return replace(
            self,
            examples=[self.examples[place] for place in places],
            probabilities=self.probabilities[taken],
            low_quality=None if whole is None else whole[taken],
        )

    def to_json(self) -> dict[str, Any]:
        """Return ids, scores by label and thresholds, without any text."""
        return {
            "thresholds": dict(self.thresholds),
            "prior": self.prior,
            "ids": [example.id for example in self.examples],
            "labels": {
                name: [round(float(score), DIGITS) for score in self.scores_of(name)]
                for name in self.judged_labels
            },
        }


def scored_from_json(content: Mapping[str, Any], examples: Sequence[Example]) -> Scored:
    """Read the scores that a report kept, for those of `examples` that it scored.

    Raises InvalidInput where the report holds no scores.
    """
    try:
        kept = content["scores"]
        place = {name: row for row, name in enumerate(kept["ids"])}
        known = [example for example in examples if example.id in place]
        rows = np.asarray([place[example.id] for example in known], dtype=np.int64)
        columns = {
            str(name): np.asarray(scores, dtype=np.float64)[rows]
            for name, scores in kept["labels"].items()
        }
        names = tuple(name for name in columns if name != LOW_QUALITY)
        return Scored(
            examples=known,
            names=names,
            probabilities=np.stack([columns[name] for name in names], axis=1),
            low_quality=columns.get(LOW_QUALITY),
            thresholds={name: float(value) for name, value in kept["thresholds"].items()},
            release=str(content["release"]),
            fingerprint=str(content["fingerprint"]),
            prior=kept.get("prior"),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InvalidInput(
            f"this is no report that `mingjian evaluate --json` wrote ({error!r}): name one, or "
            "a release"
        ) from error


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
    scored = Scored(
        examples=examples,
        names=names,
        probabilities=np.asarray(
            [[score.probabilities[name] for name in names] for score in scores], dtype=np.float64
        ).reshape(len(scores), len(names)),
        low_quality=None if None in whole else np.asarray(whole, dtype=np.float64),
    )
    return scored.under(scorer.release)
