"""From a finished case to its answer, the same over HTTP, in a replay and in files."""

from __future__ import annotations

from models.labels import RUMOUR, public_name
from models.normaliser import Normaliser
from service.decide import DIGITS
from service.explain.reasons import reasons_of
from service.score.case import Case
from service.score.schemas import Coverage, Debunk, LabelScore, Scored, Scores


def answer(case: Case, normaliser: Normaliser) -> Scored:
    """Return the result of one post, which is not recorded yet; `normaliser` is what read it."""
    score, encoded = case.score, case.encoded
    return Scored(
        id=case.item.id,
        status=200,
        suggestion=case.decision.suggestion,
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
            for judged in case.decision.labels
        ],
        reasons=reasons_of(case, normaliser),
        debunks=[Debunk.of(match) for match in case.debunks],
        coverage=Coverage(
            characters=encoded.characters, windows=len(encoded.windows), truncated=False
        ),
        decision_id=None,
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, DIGITS)
