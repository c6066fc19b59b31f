"""The evasion suite changes what it says it changes, on both classes alike."""

from __future__ import annotations

from collections import Counter

import pytest

from data.disguise import TRANSFORMS
from models.labels import LABEL_NAMES
from models.scorer import Scorer
from tests.training.posts import HAN, post
from training.evaluation.evasion import (
    LONGEST,
    NEGATIVES,
    ORDINARY,
    POSITIVES,
    disguised,
    measure_evasion,
    posts_to_score,
    sample,
)
from training.evaluation.scored import Scored, score_examples

QUIET = dict.fromkeys(LABEL_NAMES, 0)


@pytest.fixture(scope="module")
def scored(tiny_scorer: Scorer) -> Scored:
    examples = [
        post(f"加微信领奖{HAN[place : place + 12]}", "sample", **{**QUIET, "ad_spam": place % 2})
        for place in range(100)
    ]
    examples += [post("长" * (LONGEST + 1), "sample", **QUIET)]
    return score_examples(tiny_scorer, examples)


def test_the_sample_is_bounded_short_and_the_same_every_time(scored: Scored) -> None:
    places = sample(scored)
    assert places == sample(scored) == sorted(set(places))
    chosen = [scored.examples[place] for place in places]
    assert all(len(example.text) <= LONGEST for example in chosen)
    counts = Counter(example.labels["ad_spam"] for example in chosen)
    assert POSITIVES <= counts[1] < 50  # an advertisement is a negative of other labels
    assert counts[0] == 50  # every ordinary post there is
    assert NEGATIVES < counts[0] < ORDINARY


def test_the_sample_is_spread_over_sources(tiny_scorer: Scorer) -> None:
    many = [post(f"多{HAN[place : place + 9]}", "cold", abuse=1) for place in range(200)]
    few = [post(f"少{HAN[place : place + 9]}", "toxicn", abuse=1) for place in range(10)]
    scored = score_examples(tiny_scorer, many + few)
    drawn = Counter(scored.examples[place].source for place in sample(scored))
    assert drawn == {"toxicn": 10, "cold": POSITIVES - 10}


def test_a_post_is_always_disguised_alike(scored: Scored) -> None:
    examples = [*scored.examples[:5], post("加微信领奖", title="加微信", **QUIET)]
    for name, transform in TRANSFORMS.items():
        first = list(disguised(examples, name, transform))
        again = list(disguised(examples[::-1], name, transform))[::-1]
        assert [one.text for one in first] == [one.text for one in again]
        assert [(one.id, one.labels) for one in first] == [(e.id, e.labels) for e in examples]
    assert list(disguised(examples, "zero_width", TRANSFORMS["zero_width"]))[-1].title != "加微信"


def test_what_the_normaliser_undoes_costs_nothing(tiny_scorer: Scorer, scored: Scored) -> None:
    done: list[int] = []
    found = measure_evasion(tiny_scorer, scored.rows(range(30)), done.append)
    assert found is not None
    assert set(found.transforms) == set(TRANSFORMS)
    assert done[-1] == posts_to_score(scored.rows(range(30))) == 30 * len(TRANSFORMS)
    assert done == sorted(done)
    unseen = found.transforms["zero_width"]
    assert unseen.changed > 0.9
    assert unseen.labels["ad_spam"]["auc"].difference == pytest.approx(0)
    assert unseen.alarms == found.alarms
    shown = found.transforms["emoji"].labels["ad_spam"]
    assert set(shown) == {"auc", "recall", "false_alarms"}


def test_without_labelled_posts_there_is_nothing_to_disguise(tiny_scorer: Scorer) -> None:
    assert measure_evasion(tiny_scorer, score_examples(tiny_scorer, [])) is None
