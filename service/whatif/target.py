"""Asking a policy backwards: the thresholds that lead to no more reviews than can be done.

Every label that asks for a review is moved by the same amount on the scale of log-odds, so that
their balance stays: t' = sigmoid(logit(t) + shift).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

from models.labels import LOW_QUALITY, public_name
from service.decide import DIGITS, RULE_LABELS
from service.policy.compile import Compiled, Variant
from service.policy.document import short_label
from service.policy.reading import Draft, draft_of
from service.whatif.errors import UnreachableTarget

# Lower than this, thresholds would flag nearly everything.
LOWEST, HIGHEST = -4.0, 14.0
STEPS = 24
LEAST = 1e-6
CompileDraft = Callable[[Draft], Compiled]
Reviews = Callable[[Compiled], float]


def reach(
    compiled: Compiled, limit: float, compile_draft: CompileDraft, reviews: Reviews
) -> tuple[Compiled, float]:
    """Return the policy with the lowest thresholds that lead to at most `limit` reviews, and shift.

    `reviews` tells how many a policy leads to, in the unit of `limit`. Raises UnreachableTarget
    where words, rules and debunks alone lead to more.
    """

    def at(shift: float) -> Compiled:
        return compile_draft(shifted(compiled, shift))

    low, high = LOWEST, HIGHEST
    strictest, loosest = at(high), at(low)
    if (least := reviews(strictest)) > limit:
        raise UnreachableTarget(
            f"Even with thresholds that nothing reaches there would be {least:.1f} reviews an "
            f"hour, more than {limit:g}: words, rules and debunks ask for them. Let those lead to "
            "pass or block, or allow more reviews."
        )
    if reviews(loosest) <= limit:
        return loosest, low
    for _ in range(STEPS):
        middle = (low + high) / 2
        candidate = at(middle)
        if reviews(candidate) <= limit:
            high, strictest = middle, candidate
        else:
            low = middle
    return strictest, high


def shifted(compiled: Compiled, shift: float) -> Draft:
    """Return a document whose review labels have thresholds moved by `shift`, in all its parts."""
    document = compiled.draft.document
    base = compiled.variants[0]
    content: dict[str, Any] = document.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude_none=True
    )
    move = _Move(shift, _caps(compiled))
    move.write(content, base, every=True)
    variants = {(one.channel, one.schedule): one for one in compiled.variants}
    for channel, part in content.get("channels", {}).items():
        move.write(part, variants[channel, None], every=False)
    for part in content.get("schedules", ()):
        move.write(part, variants[None, part["name"]], every=False)
    return draft_of(content)


def _caps(compiled: Compiled) -> dict[str, float]:
    """Return how high a threshold may go: what any part of the policy blocks stays flagged."""
    caps: dict[str, float] = {}
    for variant in compiled.variants:
        policy = variant.policy
        rules = {**policy.labels, LOW_QUALITY: policy.low_quality}
        for name, rule in rules.items():
            if rule is not None and rule.block_at is not None:
                caps[name] = min(rule.block_at, caps.get(name, 1.0))
    return caps


@dataclass(frozen=True, slots=True)
class _Move:
    """Moves thresholds by `shift`, no higher than `caps` by short label."""

    shift: float
    caps: Mapping[str, float]

    def write(self, content: dict[str, Any], variant: Variant, *, every: bool) -> None:
        """Write moved thresholds into a base (`every` label) or a layer (labels it has one for)."""
        labels = {short_label(name): part for name, part in content.get("labels", {}).items()}
        for name, rule in variant.policy.labels.items():
            if not rule.enabled or rule.suggestion != "review" or name in RULE_LABELS:
                continue
            part = labels.get(name, {})
            if every or "threshold" in part:
                labels[name] = part | {"threshold": self._moved(name, rule.threshold)}
        if labels:
            content["labels"] = {public_name(name): part for name, part in labels.items()}
        overall = variant.policy.low_quality
        if overall is not None and overall.suggestion == "review" and LOW_QUALITY in content:
            moved = self._moved(LOW_QUALITY, overall.threshold)
            content[LOW_QUALITY] |= {"threshold": moved}

    def _moved(self, label: str, threshold: float) -> float:
        inside = min(max(threshold, LEAST), 1 - LEAST)
        moved: float = 1 / (1 + exp(-(log(inside / (1 - inside)) + self.shift)))
        return min(max(round(moved, DIGITS), LEAST), self.caps.get(label, 1 - LEAST))
