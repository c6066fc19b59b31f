"""The shipped release on our own held-out posts: are its answers any good?

The posts were written for this test and never trained on (tests/house checks that). The bounds
are errors counted when the release was made, with a little room; one that needs more is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from data.readers import read_examples
from data.schema import Example
from models.labels import LABEL_NAMES, LOW_QUALITY
from models.scorer import Post, Score, Scorer
from training.metrics import auc
from training.truth import judged, label_matrix, low_quality_truth

pytestmark = pytest.mark.shipped
POSTS = Path(__file__).with_name("posts.jsonl")
# Positives that their own label may miss. Gambling and porn are not here: this release flags none
# of them by those labels (most by ad_spam), and a bound of one could not fail; the bound below
# holds them.
MISSED = {
    "rumour": 0.55,
    "ad_spam": 0.08,
    "fraud": 0.80,
    "abuse": 0.03,
    "clickbait": 0.66,
}
# Positives that no label flags, so that they pass.
PASSED = {
    "rumour": 0.50,
    "ad_spam": 0.08,
    "fraud": 0.36,
    "gambling": 0.14,
    "porn": 0.15,
    "abuse": 0.03,
    "clickbait": 0.58,
}
# The area under the ROC curve against every other own post.
LEAST_AUC = {
    "rumour": 0.88,
    "ad_spam": 0.97,
    "fraud": 0.97,
    "gambling": 0.89,
    "porn": 0.92,
    "abuse": 0.98,
    "clickbait": 0.97,
    "low_quality": 0.96,
}
# Ordinary posts, hard cases among them, that may be suggested for review.
MOST_FALSE_ALARMS = 0.09


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.open()


@pytest.fixture(scope="module")
def posts() -> list[Example]:
    return list(read_examples([POSTS]))


@pytest.fixture(scope="module")
def scores(scorer: Scorer, posts: Sequence[Example]) -> list[Score]:
    return scorer.score([Post(post.text, post.title or "") for post in posts])


def flagged(scorer: Scorer, score: Score) -> set[str]:
    thresholds = scorer.release.thresholds
    return {n for n, value in score.probabilities.items() if value >= thresholds[n].value}


def test_there_is_enough_to_judge_by(posts: Sequence[Example]) -> None:
    for name in LABEL_NAMES:
        assert sum(post.labels[name] for post in posts) >= 20
    assert sum(not any(post.labels.values()) for post in posts) >= 100


@pytest.mark.parametrize("name", MISSED)
def test_positives_are_found(
    name: str, scorer: Scorer, posts: Sequence[Example], scores: Sequence[Score]
) -> None:
    if name not in scorer.release.labels:
        pytest.fail(f"the shipped release does not judge {name}")
    pairs = zip(posts, scores, strict=True)
    found = [name in flagged(scorer, score) for post, score in pairs if post.labels[name]]
    assert found.count(False) <= MISSED[name] * len(found)


@pytest.mark.parametrize("name", PASSED)
def test_positives_do_not_pass(
    name: str, scorer: Scorer, posts: Sequence[Example], scores: Sequence[Score]
) -> None:
    pairs = zip(posts, scores, strict=True)
    stopped = [bool(flagged(scorer, score)) for post, score in pairs if post.labels[name]]
    assert stopped.count(False) <= PASSED[name] * len(stopped)


@pytest.mark.parametrize("name", [*LABEL_NAMES, LOW_QUALITY])
def test_positives_rank_above_other_posts(
    name: str, posts: Sequence[Example], scores: Sequence[Score]
) -> None:
    if name == LOW_QUALITY:
        truth = low_quality_truth(posts, LABEL_NAMES)
        values = [score.low_quality for score in scores]
    else:
        truth = label_matrix(posts, [name])[:, 0]
        values = [score.probabilities[name] for score in scores]
    assert auc(judged(posts, truth, np.asarray(values))) >= LEAST_AUC[name]


def test_ordinary_posts_pass(
    scorer: Scorer, posts: Sequence[Example], scores: Sequence[Score]
) -> None:
    pairs = zip(posts, scores, strict=True)
    alarms = [bool(flagged(scorer, s)) for post, s in pairs if not any(post.labels.values())]
    assert alarms.count(True) <= MOST_FALSE_ALARMS * len(alarms)
