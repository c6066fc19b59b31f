"""The watch sees whether a model learns labels or only sources."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.training.posts import post
from training.watch import auc_within_sources, watched

NAMES = ("rumour", "abuse")


def test_a_model_that_learnt_only_the_source_scores_one_half() -> None:
    rng = np.random.default_rng(1)
    sources = ["mostly_rumours"] * 2_000 + ["mostly_not"] * 2_000
    share = np.repeat([0.9, 0.1], 2_000)
    truth = (rng.random(4_000) < share).astype(np.float32)
    labels = np.stack([truth, np.full(4_000, -1.0)], axis=1).astype(np.float32)
    logits = np.stack([share * 6 + rng.normal(size=4_000) * 0.1, truth], axis=1)
    found = auc_within_sources(logits.astype(np.float32), labels, sources, NAMES)
    assert roc_auc_score(truth, logits[:, 0]) > 0.85  # what a look across sources would say
    assert found["auc"] == pytest.approx(0.5, abs=0.05)
    assert set(found) == {"auc/rumour/mostly_rumours", "auc/rumour/mostly_not", "auc"}


def test_the_mean_is_over_labels_and_sources() -> None:
    labels = np.asarray([[0, 1], [1, 0], [0, -1], [1, -1], [1, -1]], dtype=np.float32)
    logits = np.asarray([[0, 1], [1, 2], [3, 0], [1, 0], [4, 0]], dtype=np.float32)
    found = auc_within_sources(logits, labels, ["a", "a", "b", "b", "b"], NAMES)
    assert found == {
        "auc/rumour/a": 1.0,
        "auc/rumour/b": 0.5,
        "auc/abuse/a": 0.0,
        "auc": pytest.approx(0.5),
    }


def test_a_source_of_one_class_says_nothing() -> None:
    labels = np.asarray([[1], [1]], dtype=np.float32)
    found = auc_within_sources(labels, labels, ["a", "a"], ("rumour",))
    assert list(found) == ["auc"]
    assert np.isnan(found["auc"])


def test_only_labels_known_both_ways_are_watched() -> None:
    both = [post(source="both", rumour=value, fraud=0) for value in (0, 1) for _ in range(50)]
    one = [post(source="one", rumour=1) for _ in range(50)]
    few = [post(source="few", rumour=0) for _ in range(50)]
    few += [post(source="few", rumour=1) for _ in range(7)]
    found = watched([*one, *both, *few], 20)
    assert {example.source for example in found} == {"both"}
    assert [sum(e.labels["rumour"] == value for e in found) for value in (0, 1)] == [20, 20]
    assert len({example.id for example in found}) == len(found)


def test_few_posts_of_both_classes_are_enough_when_few_are_asked_for() -> None:
    found = watched([post(rumour=value) for value in (0, 1, 0, 1, 0)], 2)
    assert sorted(example.labels["rumour"] for example in found) == [0, 0, 1, 1]
