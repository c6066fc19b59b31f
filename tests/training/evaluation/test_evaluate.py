"""Evaluation counts what it says it counts, through the scorer that serves."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from models.labels import LABEL_NAMES, LOW_QUALITY
from models.scorer import Post, Scorer
from tests.tiny import random_posts
from tests.training.posts import post
from training.evaluation.alarms import ALL
from training.evaluation.evaluate import Evaluation, evaluate
from training.evaluation.scored import Scored, score_examples, to_post
from training.metrics import measure

QUIET = dict.fromkeys(LABEL_NAMES, 0)


@pytest.fixture(scope="module")
def scored(tiny_scorer: Scorer) -> Scored:
    texts = [made.text for made in random_posts(60, longest=60) if made.text.strip()]
    examples = []
    for place, text in enumerate(texts):
        if place % 3 == 0:
            examples.append(post(text, "sample", **QUIET))
        elif place % 3 == 1:
            examples.append(post(text, "sample", title="通知", **{**QUIET, "abuse": 1}))
        else:
            examples.append(post(text, "cold", abuse=place % 2))
    return score_examples(tiny_scorer, examples)


@pytest.fixture(scope="module")
def found(tiny_scorer: Scorer, scored: Scored) -> Evaluation:
    return evaluate(tiny_scorer, scored)


def test_posts_are_scored_as_the_service_does(tiny_scorer: Scorer, scored: Scored) -> None:
    again = tiny_scorer.score([to_post(example) for example in scored.examples])
    for row, score in enumerate(again):
        assert dict(zip(scored.names, scored.probabilities[row], strict=True)) == (
            score.probabilities
        )
        assert scored.low_quality is not None
        assert scored.low_quality[row] == score.low_quality
    assert to_post(post("正文", title="题")) == Post("正文", "题")


def test_sources_are_measured_apart_and_together(found: Evaluation, scored: Scored) -> None:
    count = len(scored.examples)
    abuse = found.labels["abuse"]
    assert next(iter(abuse)) == ALL
    assert set(abuse) == {ALL, "sample", "cold"}
    assert abuse[ALL].positives + abuse[ALL].negatives == count == found.posts
    assert (
        abuse["sample"].positives == sum(e.labels.get("rumour") == 0 for e in scored.examples) // 2
    )
    assert set(found.labels["rumour"]) == {ALL, "sample"}  # cold knows nothing of rumours
    assert abuse[ALL].auc_interval is not None
    assert abuse["cold"].auc_interval is not None


def test_each_label_is_measured_at_its_threshold(
    tiny_scorer: Scorer, found: Evaluation, scored: Scored
) -> None:
    value = tiny_scorer.release.thresholds["abuse"].value
    expected = measure(scored.of_label("abuse"), value, interval=True)
    assert found.labels["abuse"][ALL] == expected
    assert found.labels[LOW_QUALITY][ALL] == measure(
        scored.of_label(LOW_QUALITY), 0.5, interval=True
    )


def test_low_quality_counts_ordinary_posts_and_flagged_ones(scored: Scored) -> None:
    whole = scored.of_label(LOW_QUALITY)
    known = [e for e in scored.examples if e.source == "sample" or e.labels["abuse"]]
    assert len(whole.truth) == len(known)
    assert whole.positives == sum(e.labels["abuse"] for e in known)


def test_false_alarms_on_ordinary_posts(
    tiny_scorer: Scorer, found: Evaluation, scored: Scored
) -> None:
    assert set(found.ordinary) == {"sample"}
    rows = [
        i
        for i, e in enumerate(scored.examples)
        if not any(e.labels.values()) and e.source == "sample"
    ]
    flagged = scored.probabilities[rows] >= 0.5
    assert {t.value for t in tiny_scorer.release.thresholds.values()} == {0.5}
    assert found.ordinary["sample"]["any"] == pytest.approx(flagged.any(axis=1).mean())
    column = scored.names.index("fraud")
    assert found.ordinary["sample"]["fraud"] == pytest.approx(flagged[:, column].mean())


def test_an_evaluation_is_json(found: Evaluation, tiny_scorer: Scorer) -> None:
    content = orjson.loads(orjson.dumps(found.to_json()))
    assert content["release"] == tiny_scorer.release.name
    assert content["fingerprint"] == tiny_scorer.release.fingerprint
    assert (
        content["labels"]["abuse"]["cold"]["positives"] == found.labels["abuse"]["cold"].positives
    )


def test_a_label_nobody_knows_is_left_out(tiny_scorer: Scorer) -> None:
    examples = [post(source="cold", abuse=1), post(source="cold", abuse=0)]
    found = evaluate(tiny_scorer, score_examples(tiny_scorer, examples))
    assert set(found.labels) == {"abuse", LOW_QUALITY}
    assert found.ordinary == {}


def test_no_posts_are_no_fault(tiny_scorer: Scorer) -> None:
    nothing = score_examples(tiny_scorer, [])
    assert nothing.probabilities.shape == (0, len(LABEL_NAMES))
    assert evaluate(tiny_scorer, nothing).labels == {}


def test_progress_reaches_the_end(tiny_scorer: Scorer) -> None:
    steps: list[int] = []
    score_examples(tiny_scorer, [post() for _ in range(5)], steps.append)
    assert steps[-1] == 5
    assert np.all(np.diff([0, *steps]) > 0)
