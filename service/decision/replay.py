"""Scoring a recorded post again, and naming everything that differs.

Parts are named from causes to effects: versions first, then scores and flags, then what came of
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from service.catalogue.rules import is_burst
from service.decide import ActivePolicy
from service.decision.record import Versions
from service.score.evidence import Suggestion
from service.score.schemas import Item, Scored

# The same text scores within this of itself in any batch (the contract's promise).
NOISE = 0.005
CAUSES = {
    "release": "release",
    "fingerprint": "release.fingerprint",
    "precision": "precision",
    "normaliser": "normaliser",
    "calibration": "calibration",
    "policy": "policy",
    "policy_version": "policy.version",
    "words": "words.version",
    "rules": "rules.version",
    "debunks": "debunks.version",
}
# With these the same, scores differ by noise only.
ARITHMETIC = ("fingerprint", "precision", "normaliser", "calibration")
REASON_KEY = ("code", "rule", "source", "field", "start", "end")
DEBUNK_KEY = ("id", "verdict", "match")


class Rescorer(Protocol):
    """What replays need of the service that scores."""

    async def rescore(
        self, item: Item, policy: ActivePolicy, explained: bool, burst: str | None
    ) -> Scored:
        """Return what a post would be answered now under a policy; nothing is recorded.

        `burst` is what was noted of it as one of many like it.
        """

    def versions(self, policy: ActivePolicy) -> Versions:
        """Return everything that takes part in a decision under a policy now."""


class PolicySource(Protocol):
    """Finds policies by name."""

    def resolve(self, name: str, at: datetime | None = None) -> ActivePolicy:
        """Return the policy in force at a time; raises UnknownPolicy."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One outcome for a post: then or now."""

    suggestion: Suggestion
    result: Mapping[str, Any]
    versions: Versions


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs; None where there was, or is, no such part."""

    part: str
    then: Any
    now: Any


def burst_of(result: Mapping[str, Any]) -> str | None:
    """Return what a recorded result says of the post as one of many of its author, or of many."""
    notes = (reason.get("note") for reason in result.get("reasons", ()))
    return next((note for note in notes if note and is_burst(note)), None)


def changes(then: Judgement, now: Judgement) -> list[Change]:
    """Name every part that differs between two outcomes for the same post."""
    found = [
        Change(part, old, new)
        for name, part in CAUSES.items()
        if (old := getattr(then.versions, name)) != (new := getattr(now.versions, name))
    ]
    same = all(getattr(then.versions, name) == getattr(now.versions, name) for name in ARITHMETIC)
    tolerance = NOISE if same else 0.0
    found += _scores(then.result, now.result, tolerance)
    found += _labels(_by_label(then.result), _by_label(now.result), tolerance)
    if then.suggestion != now.suggestion:
        found.append(Change("suggestion", then.suggestion, now.suggestion))
    found += _lists("reasons", REASON_KEY, then.result, now.result)
    found += _lists("debunks", DEBUNK_KEY, then.result, now.result)
    return found


def _scores(then: Mapping[str, Any], now: Mapping[str, Any], tolerance: float) -> Iterator[Change]:
    # `rumour` is a label too and named there.
    old, new = (result["scores"].get("low_quality") for result in (then, now))
    if _differ(old, new, tolerance):
        yield Change("scores.low_quality", old, new)


def _labels(
    then: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]], tolerance: float
) -> Iterator[Change]:
    for name in {**then, **now}:
        old, new = then.get(name, {}), now.get(name, {})
        for part, allowed in (("score", tolerance), ("threshold", 0.0), ("flagged", 0.0)):
            if _differ(old.get(part), new.get(part), allowed):
                yield Change(f"labels.{name}.{part}", old.get(part), new.get(part))


def _by_label(result: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {label["label"]: label for label in result["labels"]}


def _lists(
    part: str, key: tuple[str, ...], then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Change]:
    """Compare what is found regardless of order and of weights, which follow from the scores."""
    old, new = then.get(part, []), now.get(part, [])
    if _keys(old, key) != _keys(new, key):
        yield Change(part, old, new)


def _keys(entries: list[Mapping[str, Any]], key: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(entry.get(name)) for name in key) for entry in entries)


def _differ(old: Any, new: Any, tolerance: float) -> bool:
    if old is None or new is None or isinstance(old, bool):
        return bool(old != new)
    return bool(abs(old - new) > tolerance)
