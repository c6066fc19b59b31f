"""How posts are scored: prepared, read by the engine, calibrated, decided."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from models.labels import RUMOUR, public_name
from models.scorer import Encoded, Score, Scorer
from service.decide import DEFAULT, DIGITS, Policy, decide, find_policy
from service.engine import Engine, Logits
from service.metrics.service import Metrics
from service.score.reading import Envelope
from service.score.schemas import (
    Coverage,
    Item,
    LabelScore,
    PolicyUsed,
    Refused,
    Scored,
    ScoreResponse,
    Scores,
)
from service.stages import Stages


class ScoreService:
    """Scores requests with one release through one engine."""

    def __init__(self, scorer: Scorer, engine: Engine, metrics: Metrics) -> None:
        self.scorer = scorer
        self.engine = engine
        self._metrics = metrics
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="prepare")

    async def score(self, envelope: Envelope, request_id: str, stages: Stages) -> ScoreResponse:
        """Answer a request, one result for each entry in their order.

        Raises UnknownPolicy, and Overloaded when the queue is full.
        """
        policy = find_policy(envelope.options.policy or DEFAULT, self.scorer.release)
        items = [entry for entry in envelope.entries if isinstance(entry, Item)]
        scored = iter(await self._score_items(items, policy, stages))
        results = [next(scored) if isinstance(e, Item) else e for e in envelope.entries]
        self._count(results)
        return ScoreResponse(
            request_id=request_id,
            release=self.scorer.release.name,
            policy=PolicyUsed(name=policy.name, version=policy.version),
            results=results,
        )

    async def close(self) -> None:
        """Stop the engine and the thread that prepares posts."""
        await self.engine.close()
        self._thread.shutdown()

    async def _score_items(
        self, items: Sequence[Item], policy: Policy, stages: Stages
    ) -> list[Scored]:
        if not items:
            return []
        self.engine.check_room()
        loop = asyncio.get_running_loop()
        encoded = await loop.run_in_executor(self._thread, prepare, self.scorer, items, stages)
        windows = [window for one in encoded for window in one.windows]
        logits = await self.engine.infer(windows, stages)
        with stages.measure("calibrate"):
            scores = combine(self.scorer, encoded, logits)
        with stages.measure("decide"):
            return [answer(*row, policy) for row in zip(items, encoded, scores, strict=True)]

    def _count(self, results: Sequence[Scored | Refused]) -> None:
        for result in results:
            if isinstance(result, Refused):
                self._metrics.items.labels(result.problem.code).inc()
                continue
            self._metrics.items.labels(result.suggestion).inc()
            for label in result.labels:
                if label.flagged:
                    self._metrics.flags.labels(label.label).inc()


def prepare(scorer: Scorer, items: Sequence[Item], stages: Stages) -> list[Encoded]:
    """Normalise and tokenise posts."""
    encoded = []
    for item in items:
        with stages.measure("normalise"):
            reading = scorer.normalise(item.post)
        with stages.measure("tokenise"):
            encoded.append(scorer.tokenise(reading))
    return encoded


def combine(scorer: Scorer, encoded: Sequence[Encoded], logits: Logits) -> list[Score]:
    """Return one score for each post from the logits [windows, labels] of all their windows."""
    bounds = np.cumsum([0, *(len(one.windows) for one in encoded)])
    return [scorer.combine(logits[start:end]) for start, end in pairwise(bounds)]


def answer(item: Item, encoded: Encoded, score: Score, policy: Policy) -> Scored:
    """Return the result of one post, the same over HTTP and in files."""
    decision = decide(score, policy)
    return Scored(
        id=item.id,
        status=200,
        suggestion=decision.suggestion,
        scores=Scores(
            rumour=_rounded(score.probabilities.get(RUMOUR)),
            low_quality=_rounded(score.low_quality),
        ),
        labels=[
            LabelScore(
                label=public_name(judged.label),
                score=judged.score,
                threshold=judged.threshold,
                flagged=judged.flagged,
            )
            for judged in decision.labels
        ],
        reasons=[],
        debunks=[],
        coverage=Coverage(
            characters=encoded.characters, windows=len(encoded.windows), truncated=False
        ),
        decision_id=None,
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, DIGITS)
