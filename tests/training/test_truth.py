"""What is known of posts: unknown is never taken for no."""

from __future__ import annotations

import numpy as np
import pytest

from models.labels import LABEL_NAMES, RUMOUR
from tests.training.posts import post
from training.truth import judged, label_matrix, low_quality_truth

SUBS = {name: 0 for name in LABEL_NAMES if name != RUMOUR}


def test_labels_keep_the_order_of_names_and_leave_unknown_out() -> None:
    examples = [post(rumour=1, ai_written=1), post(abuse=0), post()]
    matrix = label_matrix(examples, ("abuse", "rumour"))
    assert matrix.tolist() == [[-1, 1], [0, -1], [-1, -1]]
    assert matrix.dtype == np.float32
    assert label_matrix([], ("abuse",)).shape == (0, 1)


@pytest.mark.parametrize(
    ("source", "labels", "truth"),
    [
        ("weibo_ordinary", {"abuse": 0}, 0),
        ("weibo_ordinary", {"abuse": 1, "fraud": 0}, 1),
        ("weibo_ordinary", {"rumour": 1}, -1),
        ("cold", {"abuse": 0}, -1),  # not abusive, but perhaps an advertisement
        ("cold", {"abuse": 1}, 1),
        ("cold", SUBS, 0),
        ("cold", {**SUBS, "fraud": 1}, 1),
        ("cold", {"rumour": 0}, -1),
        ("of nobody", {}, -1),
    ],
)
def test_low_quality_rules(source: str, labels: dict[str, int], truth: int) -> None:
    assert low_quality_truth([post(source=source, **labels)], LABEL_NAMES).tolist() == [truth]


def test_low_quality_counts_only_the_labels_of_the_release() -> None:
    example = post(source="cold", abuse=0, fraud=0, porn=1)
    assert low_quality_truth([example], ("rumour", "abuse", "fraud")).tolist() == [0]
    assert low_quality_truth([example], ("rumour",)).tolist() == [-1]


def test_only_posts_that_know_the_label_are_judged() -> None:
    examples = [post(source=name, cluster=number) for number, name in enumerate("abca", start=5)]
    posts = judged(
        examples, np.asarray([1, -1, 0, 0], np.float32), np.asarray([0.9, 0.1, 0.2, 0.3])
    )
    assert posts.truth.tolist() == [1, 0, 0]
    assert posts.scores.tolist() == [0.9, 0.2, 0.3]
    assert posts.sources.tolist() == ["a", "c", "a"]
    assert posts.clusters.tolist() == [5, 7, 8]
    assert (posts.positives, posts.negatives) == (1, 2)
    assert posts.of_source("a").scores.tolist() == [0.9, 0.3]


def test_posts_without_clusters_stand_alone() -> None:
    examples = [post(), post(cluster=0), post()]
    posts = judged(examples, np.zeros(3, np.float32), np.zeros(3))
    assert len(set(posts.clusters.tolist())) == 3
