"""From scores to a suggestion: thresholds, flags, and what to do with the post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.release import Release
from models.scorer import Score
from service.errors import UnknownPolicy

Suggestion = Literal["pass", "review", "block"]

DEFAULT = "default"
# Scores and thresholds are compared as they are answered, so that nobody sees a flag contradict
# the two numbers beside it.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Policy:
    """A named set of thresholds by short label; `version` changes when any of them does."""

    name: str
    version: str
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """One label of a decision; `label` is the short name."""

    label: str
    score: float
    threshold: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What came out for one post."""

    suggestion: Suggestion
    labels: tuple[Judged, ...]


def default_policy(release: Release) -> Policy:
    """Return the policy that takes the release's own thresholds."""
    thresholds = {label: round(release.thresholds[label].value, DIGITS) for label in release.labels}
    return Policy(DEFAULT, release.fingerprint[:12], thresholds)


def find_policy(name: str, release: Release) -> Policy:
    """Return a policy by name; raises UnknownPolicy that lists those there are."""
    if name != DEFAULT:
        raise UnknownPolicy(f"No policy has this name; known are: {DEFAULT}.")
    return default_policy(release)


def decide(score: Score, policy: Policy) -> Decision:
    """Flag every label whose score reaches its threshold; any flag asks for a review."""
    labels = tuple(
        judge(label, round(score.probabilities[label], DIGITS), threshold)
        for label, threshold in policy.thresholds.items()
    )
    flagged = any(label.flagged for label in labels)
    return Decision("review" if flagged else "pass", labels)


def judge(label: str, score: float, threshold: float) -> Judged:
    """Compare one score with its threshold."""
    return Judged(label, score, threshold, flagged=score >= threshold)
