"""A release that does not judge every label."""

from __future__ import annotations

from dataclasses import replace

from models.scorer import Encoded, Post, Score, Scorer
from service.decide import RULE_LABELS, decide
from service.policy.service import Policies
from service.score.answer import answer
from service.score.case import Case
from service.score.evidence import Fields
from service.score.schemas import Item


def test_labels_that_are_not_judged_are_absent(tiny_scorer: Scorer) -> None:
    release = replace(tiny_scorer.release, labels=("abuse",), not_judged=("rumour",))
    encoded: Encoded = tiny_scorer.encode(Post("今天"))
    score = Score({"abuse": 0.25}, None)
    policy = Policies.of_files(release).resolve("default")
    fields = Fields(encoded.normalised, encoded.text_start)
    case = Case(Item(text="今天"), policy, fields, encoded, score=score)
    case.decision = decide(score, policy)
    found = answer(case, release.normaliser)
    assert [label.label for label in found.labels] == [
        f"low_quality.{name}" for name in ("abuse", *RULE_LABELS)
    ]
    assert found.scores.rumour is None
    assert found.scores.low_quality is None
