"""Scoring without a store: the steps apart give what they give together, over any lanes."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.runtime import OpenVinoBackend
from models.scorer import Scorer
from service.score.offline import Judge
from service.score.schemas import Item
from tests.tiny import random_posts


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return [Item(text=post.text) for post in random_posts(60)]


def test_lanes_change_neither_scores_nor_their_order(
    tiny_scorer: Scorer, tiny_release: Path, items: list[Item]
) -> None:
    backend = OpenVinoBackend(tiny_release, "f32", threads=2, lanes=2)
    beside = Judge(Scorer(tiny_scorer.release, backend))(items)
    for one, other in zip(Judge(tiny_scorer)(items), beside, strict=True):
        assert one.suggestion == other.suggestion
        for label, same in zip(one.labels, other.labels, strict=True):
            assert label.score == pytest.approx(same.score, abs=0.001)


def test_the_steps_may_be_taken_apart(tiny_scorer: Scorer, items: list[Item]) -> None:
    judge = Judge(tiny_scorer)
    first, second = judge.prepare(items[:40]), judge.prepare(items[40:])
    results = [
        result for cases in (first, second) for result in judge.finish(cases, judge.infer(cases))
    ]
    together = judge(items)
    assert [one.suggestion for one in results] == [one.suggestion for one in together]
    assert judge.finish([], judge.infer([])) == []
