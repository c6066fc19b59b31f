"""One post on its way, and the steps that serving, replaying and files take alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from models.explain import Cited, Flagged
from models.runtime import Outputs
from models.scorer import Encoded, Score, Scorer
from service.decide import RULE_LABELS, ActivePolicy, Decision, decide
from service.score.evidence import DebunkMatch, Fields, Hit
from service.score.finding import Sources
from service.score.schemas import Item
from service.stages import Stages


@dataclass(slots=True)
class Case:
    """What is known of one post; filled from top to bottom by the steps below.

    `policy` is the one of the post's channel. `logits` are those of its windows [windows, labels].
    `cited` has the clauses behind each label that was explained, by short label.
    """

    item: Item
    policy: ActivePolicy
    fields: Fields
    encoded: Encoded
    hits: tuple[Hit, ...] = ()
    logits: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    score: Score = field(default_factory=lambda: Score({}, None))
    debunks: tuple[DebunkMatch, ...] = ()
    decision: Decision = field(default_factory=lambda: Decision("pass", ()))
    cited: dict[str, list[Cited]] = field(default_factory=dict)

    def to_explain(self) -> Flagged | None:
        """Return what is needed to explain the flags of the model; None without any."""
        thresholds = {
            judged.label: judged.threshold
            for judged in self.decision.labels
            if judged.flagged and judged.label not in RULE_LABELS
        }
        return Flagged(self.encoded, self.logits, thresholds) if thresholds else None


def prepare(
    scorer: Scorer,
    sources: Sources,
    items: Iterable[Item],
    policy: ActivePolicy,
    now: datetime,
    stages: Stages,
) -> list[Case]:
    """Normalise, match and tokenise posts."""
    items = list(items)
    with stages.measure("normalise"):
        readings = [scorer.normalise(item.post) for item in items]
    with stages.measure("tokenise"):
        encoded = scorer.tokenise(readings)
    cases = [
        Case(
            item,
            policy.on(item.channel),
            Fields(reading.normalised, reading.text_start),
            windows,
        )
        for item, reading, windows in zip(items, readings, encoded, strict=True)
    ]
    with stages.measure("match"):
        for case in cases:
            case.hits = sources.match(case.fields, case.item, case.policy.words.lists, now)
    return cases


def windows_of(cases: Sequence[Case]) -> list[tuple[int, ...]]:
    """Return the windows of all posts, one after the other."""
    return [window for case in cases for window in case.encoded.windows]


def take(
    scorer: Scorer,
    sources: Sources,
    cases: Sequence[Case],
    outputs: Outputs,
    now: datetime,
    stages: Stages,
) -> None:
    """Calibrate what the model said of all windows, look for debunks, and decide."""
    with stages.measure("calibrate"):
        logits = _divided(outputs.logits, cases)
        for case, own, score in zip(cases, logits, scorer.combine_all(logits), strict=True):
            case.logits, case.score = own, score
    if sources.debunks is not None:
        with stages.measure("match"):
            embeddings = _divided(outputs.embedding, cases)
            posts = [(case.fields, own) for case, own in zip(cases, embeddings, strict=True)]
            for case, found in zip(cases, sources.debunks.find_all(posts, now), strict=True):
                case.debunks = tuple(found)
    with stages.measure("decide"):
        for case in cases:
            case.decision = decide(case.score, case.policy, case.hits, case.debunks)


def _divided(rows: NDArray[np.float32], cases: Sequence[Case]) -> list[NDArray[np.float32]]:
    """Return which of the rows [windows, …] are about each post."""
    parts = []
    start = 0
    for case in cases:
        end = start + len(case.encoded.windows)
        parts.append(rows[start:end])
        start = end
    return parts
