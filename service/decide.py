"""From scores and evidence to a suggestion: thresholds, flags, and what a policy wants of them.

Everything here is pure: the same scores, evidence and policy give the same decision in a request,
in a file, in a replay and in a what-if.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from models.labels import RUMOUR
from models.scorer import Score
from service.score.evidence import DebunkMatch, Hit, Suggestion

Store = Literal["text", "fingerprint", "none"]
Allow = Literal["covers", "excuses"]

DEFAULT = "default"
# Scores and thresholds are compared as they are answered, so that nobody sees a flag contradict
# the two numbers beside it.
DIGITS = 6
STRENGTH: dict[Suggestion, int] = {"pass": 0, "review": 1, "block": 2}
# Labels that rules raise, with a score of 0 or 1; every other label is the model's.
RULE_LABELS = ("flood", "engagement_bait")
RULE_THRESHOLD = 0.5
# The threshold of a label that is off: out of reach, because scores are kept just below it.
OFF = 1.0
_BELOW_OFF = 1.0 - 10**-DIGITS
# Verdicts that speak against a claim; `true` and `unproven` do not.
REFUTED = frozenset(("false", "misleading"))


@dataclass(frozen=True, slots=True)
class LabelRule:
    """What a policy does about one label; a label that is off is listed and never flagged.

    A flag leads to `suggestion`, and to `block` where the score also reaches `block_at`.
    """

    threshold: float
    suggestion: Suggestion = "review"
    rule: str | None = None
    enabled: bool = True
    block_at: float | None = None

    def wants(self, score: float) -> Suggestion:
        """Return what a score that reaches the threshold leads to."""
        blocks = self.block_at is not None and score >= self.block_at
        return "block" if blocks else self.suggestion


@dataclass(frozen=True, slots=True)
class WordRule:
    """What a policy does about word hits; `lists` None takes every list there is.

    `allow`: an allowed word `covers` the word hits inside it, or also `excuses` what the model says
    of the post.
    """

    lists: frozenset[str] | None = None
    block: Suggestion = "review"
    review: Suggestion = "review"
    allow: Allow = "covers"
    rule: str | None = None

    def uses(self, hit: Hit) -> bool:
        """Tell whether a word hit comes from a list of the policy."""
        return self.lists is None or hit.code.removeprefix("word.") in self.lists

    def wants(self, hit: Hit) -> Suggestion:
        """Return what a word hit leads to."""
        return self.block if hit.kind == "block" else self.review


@dataclass(frozen=True, slots=True)
class DebunkRule:
    """What a policy does about posts that repeat a claim which was found false or misleading."""

    confirmed: Suggestion = "review"
    suggested: Suggestion = "pass"
    rule: str | None = None

    def wants(self, match: DebunkMatch) -> Suggestion:
        """Return what a match leads to: nothing, where the post only quotes the claim."""
        if match.quoted or match.verdict not in REFUTED:
            return "pass"
        return self.confirmed if match.match == "confirmed" else self.suggested


@dataclass(frozen=True)
class ActivePolicy:
    """A policy as it applies to one release at one time.

    `labels` holds every label that is answered, by short name and in their order. `low_quality` is
    about the probability that any low-quality label holds. `channels` holds what applies to posts
    of a channel instead; `schedule` names the schedule that is in force.
    """

    name: str
    version: str
    labels: Mapping[str, LabelRule]
    low_quality: LabelRule | None = None
    words: WordRule = WordRule()
    debunks: DebunkRule = DebunkRule()
    store: Store = "text"
    schedule: str | None = None
    channels: Mapping[str, ActivePolicy] = field(default_factory=dict)

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of every label that is on, by short name."""
        return {name: rule.threshold for name, rule in self.labels.items() if rule.enabled}

    def on(self, channel: str | None) -> ActivePolicy:
        """Return what applies to posts of a channel."""
        return self.channels.get(channel or "", self)

    def rule_of(self, label: str) -> str | None:
        """Return the community rule that a flag of a label cites."""
        found = self.labels.get(label)
        return found.rule if found is not None else None


@dataclass(frozen=True, slots=True)
class Judged:
    """One label of a decision; `label` is the short name."""

    label: str
    score: float
    threshold: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that spoke for a suggestion, and the community rule it cites.

    `code` is stable: `model.LABEL`, `model.low_quality`, `rule.LABEL`, `word.LIST`, `debunk.ID`.
    """

    source: Literal["model", "word", "rule", "debunk"]
    code: str
    suggestion: Suggestion
    rule: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What came out for one post.

    `grounds` are why, the strongest first; `hits` are those of words and rules that count under the
    policy, without what an allowed word explains.
    """

    suggestion: Suggestion
    labels: tuple[Judged, ...]
    grounds: tuple[Ground, ...] = ()
    hits: tuple[Hit, ...] = ()


def decide(
    score: Score,
    policy: ActivePolicy,
    hits: Sequence[Hit] = (),
    debunks: Sequence[DebunkMatch] = (),
) -> Decision:
    """Flag every label whose score reaches its threshold; the strongest ground is the suggestion.

    `policy` is the one of the post's channel (`ActivePolicy.on`). `score` holds the labels of the
    release; those of rules come from `hits`. A post that surely quotes a refuted claim to debunk or
    to question it keeps its rumour score and flag, and they speak for nothing.
    """
    counted, excused = _count(hits, policy)
    raised = {hit.label for hit in counted if hit.source == "rule"}
    labels = tuple(
        _judge(name, rule, _score(name, score, raised)) for name, rule in policy.labels.items()
    )
    grounds = [] if excused else _model_grounds(labels, score, policy)
    if any(map(quotes, debunks)):
        grounds = [ground for ground in grounds if ground.code != f"model.{RUMOUR}"]
    grounds += _rule_grounds(labels, policy)
    grounds += [
        Ground("word", hit.code, policy.words.wants(hit), policy.words.rule)
        for hit in counted
        if hit.source == "word" and hit.kind != "allow"
    ]
    grounds += [
        Ground("debunk", f"debunk.{match.id}", policy.debunks.wants(match), policy.debunks.rule)
        for match in debunks
    ]
    spoken = [ground for ground in grounds if ground.suggestion != "pass"]
    spoken.sort(key=lambda ground: -STRENGTH[ground.suggestion])
    suggestion = spoken[0].suggestion if spoken else "pass"
    return Decision(suggestion, labels, tuple(spoken), counted)


def quotes(match: DebunkMatch) -> bool:
    """Tell whether a post surely repeats a refuted claim, and does not assert it."""
    return match.quoted and match.match == "confirmed" and match.verdict in REFUTED


def stronger(first: Suggestion, second: Suggestion) -> Suggestion:
    """Return the stronger of two suggestions."""
    return first if STRENGTH[first] >= STRENGTH[second] else second


def _count(hits: Sequence[Hit], policy: ActivePolicy) -> tuple[tuple[Hit, ...], bool]:
    """Return the hits that count, and whether an allowed word excuses the post."""
    if not hits:
        return (), False
    used = [hit for hit in hits if hit.source == "rule" or policy.words.uses(hit)]
    allowed = [hit for hit in used if hit.kind == "allow"]
    counted = tuple(hit for hit in used if hit.kind == "allow" or not _covered(hit, allowed))
    return counted, bool(allowed) and policy.words.allow == "excuses"


def _covered(hit: Hit, allowed: Sequence[Hit]) -> bool:
    return hit.source == "word" and any(
        by.field == hit.field and by.start <= hit.start and hit.end <= by.end for by in allowed
    )


def _score(name: str, score: Score, raised: set[str | None]) -> float:
    if name in score.probabilities:
        return round(score.probabilities[name], DIGITS)
    return 1.0 if name in raised else 0.0


def _judge(name: str, rule: LabelRule, score: float) -> Judged:
    if not rule.enabled:
        return Judged(name, min(score, _BELOW_OFF), OFF, flagged=False)
    return Judged(name, score, rule.threshold, flagged=score >= rule.threshold)


def _model_grounds(labels: Sequence[Judged], score: Score, policy: ActivePolicy) -> list[Ground]:
    found = [
        _ground("model", judged.label, policy.labels[judged.label], judged.score)
        for judged in labels
        if judged.flagged and judged.label not in RULE_LABELS
    ]
    overall = policy.low_quality
    if (
        overall is not None
        and score.low_quality is not None
        and round(score.low_quality, DIGITS) >= overall.threshold
    ):
        found.append(_ground("model", "low_quality", overall, round(score.low_quality, DIGITS)))
    return found


def _rule_grounds(labels: Sequence[Judged], policy: ActivePolicy) -> list[Ground]:
    return [
        _ground("rule", judged.label, policy.labels[judged.label], judged.score)
        for judged in labels
        if judged.flagged and judged.label in RULE_LABELS
    ]


def _ground(source: Literal["model", "rule"], name: str, rule: LabelRule, score: float) -> Ground:
    return Ground(source, f"{source}.{name}", rule.wants(score), rule.rule)
