"""A release that does not judge every label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.scorer import Encoded, Post, Score, Scorer
from service.decide import default_policy
from service.score.schemas import Item
from service.score.service import answer


def test_labels_that_are_not_judged_are_absent(tiny_scorer: Scorer) -> None:
    release = replace(tiny_scorer.release, labels=("abuse",), not_judged=("rumour",))
    encoded: Encoded = tiny_scorer.encode(Post("今天"))
    score = Score({"abuse": float(np.float32(0.25))}, None)
    found = answer(Item(text="今天"), encoded, score, default_policy(release))
    assert [label.label for label in found.labels] == ["low_quality.abuse"]
    assert found.scores.rumour is None
    assert found.scores.low_quality is None
