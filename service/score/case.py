"""One post on its way, and the steps that serving, replaying and files take alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

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
    cases = []
    for item in items:
        of_channel = policy.on(item.channel)
        with stages.measure("normalise"):
            reading = scorer.normalise(item.post)
        with stages.measure("match"):
            fields = Fields(reading.normalised, reading.text_start)
            hits = sources.match(fields, item, of_channel.words.lists, now)
        with stages.measure("tokenise"):
            encoded = scorer.tokenise(reading)
        cases.append(Case(item, of_channel, fields, encoded, hits))
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
    bounds = np.cumsum([0, *(len(case.encoded.windows) for case in cases)])
    for case, (start, end) in zip(cases, pairwise(bounds), strict=True):
        with stages.measure("calibrate"):
            case.logits = outputs.logits[start:end]
            case.score = scorer.combine(case.logits)
        if sources.debunks is not None:
            with stages.measure("match"):
                found = sources.debunks.find(case.fields, outputs.embedding[start:end], now)
                case.debunks = tuple(found)
        with stages.measure("decide"):
            case.decision = decide(case.score, case.policy, case.hits, case.debunks)
