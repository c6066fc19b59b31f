"""Counting reviews quickly: many candidates of one policy that differ in thresholds only.

What words, rules and debunks lead to is decided once. What the model leads to is compared as
arrays, so that a candidate costs milliseconds for thousands of posts. It counts what `decide`
decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.labels import LOW_QUALITY
from service.decide import (
    DIGITS,
    RULE_LABELS,
    STRENGTH,
    ActivePolicy,
    LabelRule,
    decide,
)
from service.policy.compile import Compiled
from service.whatif.past import Past

REVIEW, BLOCK = STRENGTH["review"], STRENGTH["block"]
Key = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Group:
    """Posts of one schedule and channel: scores by label [n], and what the rest leads to [n]."""

    schedule: str | None
    channel: str | None
    scores: dict[str, NDArray[np.float64]]
    floor: NDArray[np.int8]
    excused: NDArray[np.bool_]


class ReviewCounter:
    """Counts how many of some posts ask for a review under variations of `base`."""

    def __init__(self, posts: Sequence[Past], base: Compiled) -> None:
        members: dict[Key, list[Past]] = {}
        for past in posts:
            active = base.at(past.at)
            channel = past.channel if past.channel in active.channels else None
            members.setdefault((active.schedule, channel), []).append(past)
        self._groups = [
            _group(key, found, base.active[key[0]].on(key[1])) for key, found in members.items()
        ]

    def count(self, candidate: Compiled) -> int:
        """Return the reviews under a policy whose thresholds differ from those of `base`."""
        return sum(
            int((_strength(group, candidate.active[group.schedule].on(group.channel)) == REVIEW)
                .sum())
            for group in self._groups
        )  # fmt: skip


def _group(key: Key, posts: Sequence[Past], policy: ActivePolicy) -> _Group:
    labels = [name for name in policy.labels if name not in RULE_LABELS]
    scores = {
        name: np.array([round(past.score.probabilities.get(name, 0.0), DIGITS) for past in posts])
        for name in labels
    }
    overall = [past.score.low_quality for past in posts]
    scores[LOW_QUALITY] = np.array([-1.0 if one is None else round(one, DIGITS) for one in overall])
    return _Group(
        schedule=key[0],
        channel=key[1],
        scores=scores,
        floor=np.array([_floor(past, policy) for past in posts], dtype=np.int8),
        excused=np.array([_excused(past, policy) for past in posts]),
    )


def _floor(past: Past, policy: ActivePolicy) -> int:
    """Return the strength of what is found besides the model's flags."""
    if not past.hits and not past.debunks:
        return 0
    rules = {name: rule for name, rule in policy.labels.items() if name in RULE_LABELS}
    without = replace(policy, labels=rules, low_quality=None)
    return STRENGTH[decide(past.score, without, past.hits, past.debunks).suggestion]


def _excused(past: Past, policy: ActivePolicy) -> bool:
    return policy.words.allow == "excuses" and any(
        hit.kind == "allow" and policy.words.uses(hit) for hit in past.hits
    )


def _strength(group: _Group, policy: ActivePolicy) -> NDArray[np.int8]:
    model = np.zeros(len(group.floor), dtype=np.int8)
    for name, rule in _rules(policy):
        scores = group.scores[name]
        wanted = np.where(scores >= (2.0 if rule.block_at is None else rule.block_at), BLOCK,
                          STRENGTH[rule.suggestion])  # fmt: skip
        model = np.maximum(model, np.where(scores >= rule.threshold, wanted, 0).astype(np.int8))
    return np.maximum(group.floor, np.where(group.excused, 0, model).astype(np.int8))


def _rules(policy: ActivePolicy) -> Iterator[tuple[str, LabelRule]]:
    for name, rule in policy.labels.items():
        if rule.enabled and name not in RULE_LABELS:
            yield name, rule
    if policy.low_quality is not None:
        yield LOW_QUALITY, policy.low_quality
