"""The linear baseline learns something and its scores are found again by post."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from data.prepare import load_split
from data.split import TEST
from models.jsonfile import read_object
from tests.training.posts import post
from training.baseline import SCORES, baseline_scores
from training.run import Run
from training.truth import label_matrix


def test_it_learns_something(trained: Run) -> None:
    test = load_split(trained.prepared, TEST)
    truth = label_matrix(test, trained.labels)
    areas = []
    for column, name in enumerate(trained.labels):
        scores = baseline_scores(trained.out / SCORES, TEST, name, test)
        assert not np.isnan(scores).any()
        assert ((scores > 0) & (scores < 1)).all()
        known = truth[:, column] >= 0
        areas.append(roc_auc_score(truth[known, column], scores[known]))
    assert np.mean(areas) > 0.65


def test_scores_are_found_by_post(trained: Run) -> None:
    test = load_split(trained.prepared, TEST)
    name = trained.labels[0]
    stored = read_object(trained.out / SCORES)[TEST][name]
    assert set(stored) == {example.id for example in test}
    mixed = [test[3], post(), test[0]]
    found = baseline_scores(trained.out / SCORES, TEST, name, mixed)
    assert found[[0, 2]].tolist() == [stored[test[3].id], stored[test[0].id]]
    assert np.isnan(found[1])


@pytest.mark.parametrize(("split", "label"), [(TEST, "ai_written"), ("nowhere", "rumour")])
def test_what_was_not_learnt_has_no_score(trained: Run, split: str, label: str) -> None:
    assert np.isnan(baseline_scores(trained.out / SCORES, split, label, [post()])).all()
