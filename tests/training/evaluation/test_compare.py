"""Comparing two models on the same posts."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import InvalidInput
from tests.training.posts import post
from training.evaluation.compare import compare, compare_measures, compare_releases
from training.evaluation.scored import Scored, scored_from_json
from training.truth import Judged

COUNT = 400


def posts(scores: np.ndarray, truth: np.ndarray) -> Judged:
    return Judged(truth, scores, np.full(len(truth), "s"), np.arange(len(truth)))


@pytest.fixture(scope="module")
def made() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, good scores and poor scores."""
    rng = np.random.default_rng(1)
    truth = (rng.random(COUNT) < 0.4).astype(np.int8)
    good, poor = (truth * gap + rng.normal(size=COUNT) for gap in (2.0, 0.7))
    return truth, good, poor


def test_verdicts(made: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    truth, good, poor = made
    better, worse = compare(posts(good, truth), poor), compare(posts(poor, truth), good)
    assert better is not None
    assert worse is not None
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert better.difference == pytest.approx(better.ours - better.theirs)
    assert better.interval[0] < better.difference < better.interval[1]
    assert better.interval == pytest.approx((-worse.interval[1], -worse.interval[0]))
    assert (better.positives, better.negatives) == (truth.sum(), COUNT - truth.sum())


def test_the_same_scores_are_level(made: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    truth, good, _ = made
    found = compare(posts(good, truth), good * 3 + 1)  # only the order counts
    assert found is not None
    assert (found.difference, found.interval, found.verdict) == (0.0, (0.0, 0.0), "level")


def test_a_small_lead_on_few_posts_is_too_little_evidence() -> None:
    rng = np.random.default_rng(2)
    truth = np.tile([0, 1], 15).astype(np.int8)
    ours = truth + rng.normal(size=30)
    found = compare(posts(ours, truth), ours + rng.normal(size=30) * 0.3)
    assert found is not None
    assert found.difference != 0
    assert found.verdict == "too little evidence"
    roomy = compare(posts(ours, truth), ours + rng.normal(size=30) * 0.3, margin=0.5)
    assert roomy is not None
    assert roomy.verdict == "level"


@pytest.mark.parametrize("value", [0, 1])
def test_one_class_alone_is_not_compared(value: int) -> None:
    truth = np.full(5, value, dtype=np.int8)
    assert compare(posts(np.arange(5.0), truth), np.arange(5.0)) is None


def scored(values: dict[str, tuple[int, float]], threshold: float, release: str) -> Scored:
    """Posts by id with the truth and score of one label."""
    examples = [
        post(source="s", abuse=truth).model_copy(update={"id": name})
        for name, (truth, _) in values.items()
    ]
    column = np.asarray([[score] for _, score in values.values()])
    return Scored(examples, ("abuse",), column, None, {"abuse": threshold}, release, "f")


def test_releases_are_compared_on_the_posts_they_share() -> None:
    truths = {f"p{place}": place % 2 for place in range(40)}
    ours = scored({n: (t, 0.2 + 0.6 * t) for n, t in truths.items()}, 0.5, "ours")
    half = list(truths)[10:]
    theirs = scored({n: (truths[n], 0.5) for n in reversed(half)}, 0.6, "theirs")
    found = compare_releases(ours, theirs)
    assert (found.release, found.posts) == ("theirs", 30)
    abuse = found.labels["abuse"]
    assert (abuse["auc"].ours, abuse["auc"].theirs) == (1.0, 0.5)
    assert abuse["auc"].verdict == abuse["recall"].verdict == "better"
    assert abuse["false_alarms"].verdict == "level"
    assert "precision" not in abuse  # theirs flags nothing
    assert abuse["auc"].to_json()["verdict"] == "better"


def test_flips_name_the_posts_and_who_is_right() -> None:
    ours = scored({"a": (1, 0.9), "b": (0, 0.7), "c": (1, 0.8)}, 0.6, "ours")
    theirs = scored({"a": (1, 0.1), "b": (0, 0.2), "c": (1, 0.45)}, 0.4, "theirs")
    first, second = compare_releases(ours, theirs).flips
    assert (first.id, first.right, first.flagged) == ("a", True, True)
    assert (second.id, second.right) == ("b", False)
    assert compare_releases(ours, theirs).to_json()["flips"][1]["right"] is False


def test_fewer_false_alarms_are_better() -> None:
    truth = np.zeros(200, dtype=np.int8)
    rng = np.random.default_rng(3)
    quiet, loud = rng.random(200) * 0.6, rng.random(200)
    found = compare_measures(posts(quiet, truth), loud, (0.5, 0.5))
    assert found["false_alarms"].difference < 0
    assert found["false_alarms"].verdict == "better"
    assert "auc" not in found


def test_posts_of_equal_ids_count_once() -> None:
    ours = scored({"a": (1, 0.9), "b": (0, 0.1)}, 0.5, "ours")
    twice = ours.rows([0, 1, 0])
    assert compare_releases(twice, ours).posts == 2


def test_a_report_without_scores_is_refused() -> None:
    with pytest.raises(InvalidInput, match="--json"):
        scored_from_json({"release": "old", "labels": {}}, [])
