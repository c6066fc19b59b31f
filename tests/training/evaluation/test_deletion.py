"""The deletion test: what is taken away, what it is held against, and a verdict that can fail."""

from __future__ import annotations

import random

import numpy as np
import pytest

from data.schema import Example
from models.scorer import Post, Scorer
from tests.tiny import random_posts
from training.evaluation.deletion import (
    ALL,
    Trial,
    measure_deletion,
    random_spans,
    summarise,
    without,
)

TEXT = "今天下雨了，出门记得带伞，晚上来我家吃饭，路上小心车辆。"


def test_parts_are_taken_out_of_a_text() -> None:
    assert without("一二三四五", [(3, 4), (0, 2)]) == "三五"
    assert without("一二三", []) == "一二三"


@pytest.mark.parametrize("length", [1, 5, 11, 20, 500])
def test_random_clauses_are_as_long_as_those_named(tiny_scorer: Scorer, length: int) -> None:
    encoded = tiny_scorer.encode(Post(TEXT))
    text = encoded.normalised.text
    for seed in range(20):
        left = without(text, random_spans(encoded, length, random.Random(seed)))
        assert len(left) == max(0, len(text) - length)


def test_random_clauses_differ_from_draw_to_draw(tiny_scorer: Scorer) -> None:
    encoded = tiny_scorer.encode(Post(TEXT))
    draws = {tuple(random_spans(encoded, 6, random.Random(seed))) for seed in range(20)}
    assert len(draws) >= 3


def trial(fall: float, by_chance: float) -> Trial:
    return Trial(
        label="abuse",
        threshold=0.5,
        whole=0.9,
        without=0.9 - fall,
        random=0.9 - by_chance,
        random_under=float(0.9 - by_chance < 0.5),
        named=5,
        post=20,
    )


def test_real_reasons_are_told_from_random_ones() -> None:
    real = summarise([trial(0.6, 0.1), trial(0.5, 0.1), trial(0.2, 0.1)] * 10)
    assert real.gain == pytest.approx(1.0 / 3)
    assert real.gain_interval[0] > 0.25
    assert (real.under, real.random_under) == (pytest.approx(2 / 3), 0.0)
    assert real.share_named == 0.25
    chance = summarise([trial(0.3, 0.1), trial(0.1, 0.3)] * 10)
    assert chance.gain_interval[0] < 0 < chance.gain_interval[1]


def test_reasons_of_a_release_are_measured_by_label(tiny_scorer: Scorer) -> None:
    posts = [
        Example(id=f"t-{place}", source="tiny", register="comment", text=post.text, labels={})
        for place, post in enumerate(random_posts(70, longest=60))
    ]
    done: list[int] = []
    found = measure_deletion(tiny_scorer, posts, done.append)
    assert done == [64, 70]
    assert next(iter(found)) == ALL
    assert found[ALL].trials == sum(row.trials for name, row in found.items() if name != ALL)
    # Even a random model's reasons are true of that model.
    assert found[ALL].fall > found[ALL].random_fall
    assert np.isfinite(found[ALL].gain_interval).all()
    assert measure_deletion(tiny_scorer, []) == {}
