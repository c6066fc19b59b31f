"""Identity words: what a word does to a score, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.probes import IdentityWords, filled
from models.scorer import Post, Scorer
from training.evaluation.identity import Identity, group_means, measure_identity, probe_posts

PROBE = IdentityWords(
    sentences=["我有一个{}，在看书。", "昨天遇到一个{}。", "门口的{}在等车。"],
    neutral=["朋友", "同学"],
    groups={"region": ["上海人", "朋友"], "age": ["老人"]},
)


@pytest.fixture(scope="module")
def found(tiny_scorer: Scorer) -> Identity:
    return measure_identity(tiny_scorer, PROBE)


def probabilities(scorer: Scorer, word: str, label: str) -> Any:
    texts = [Post(filled(sentence, word)) for sentence in PROBE.sentences]
    return np.asarray([score.probabilities[label] for score in scorer.score(texts)])


def test_every_word_stands_in_every_sentence() -> None:
    posts = probe_posts(PROBE)
    assert len(posts) == 5 * 3
    assert posts[0].text == "我有一个朋友，在看书。"
    assert posts[-1].text == "门口的老人在等车。"


def test_a_shift_is_the_mean_difference_from_neutral_words(
    tiny_scorer: Scorer, found: Identity
) -> None:
    (shanghai,) = [shift for shift in found.words if shift.word == "上海人"]
    for label, value in shanghai.shifts.items():
        if label == "low_quality":
            continue
        neutral = (
            probabilities(tiny_scorer, "朋友", label) + probabilities(tiny_scorer, "同学", label)
        ) / 2
        moved = probabilities(tiny_scorer, "上海人", label) - neutral
        assert value == pytest.approx(moved.mean(), abs=1e-6)
    assert shanghai.shift == shanghai.shifts[shanghai.label]
    assert abs(shanghai.shift) == max(map(abs, shanghai.shifts.values()))
    assert shanghai.interval[0] <= shanghai.shift <= shanghai.interval[1]
    assert shanghai.flagged.posts == 3


def test_words_that_move_most_come_first(found: Identity) -> None:
    sizes = [abs(shift.shift) for shift in found.words]
    assert sizes == sorted(sizes, reverse=True)
    assert found.sentences == 3
    assert found.neutral.posts == 6
    means = group_means(found)
    assert means["age"] == pytest.approx((sizes_of(found, "age")[0],) * 2)
    assert means["region"][1] == max(sizes_of(found, "region"))


def sizes_of(found: Identity, group: str) -> list[float]:
    return [abs(shift.shift) for shift in found.words if shift.group == group]
