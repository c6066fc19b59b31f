"""False alarms are counted where a post is known to be ordinary, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from data.schema import Example
from models.labels import LABEL_NAMES
from tests.training.posts import post
from training.evaluation.alarms import (
    ALL,
    ANY,
    debunks_called_rumours,
    false_alarms,
    ordinary_posts,
)
from training.evaluation.errors import worst_mistakes
from training.evaluation.reliability import reliability
from training.evaluation.scored import Scored
from training.truth import Judged

QUIET = dict.fromkeys(LABEL_NAMES, 0)


def scored(examples: list[Example], **columns: list[float]) -> Scored:
    """Posts with given scores; other labels have 0, every threshold is 0.5."""
    values = np.zeros((len(examples), len(LABEL_NAMES)))
    for name, column in columns.items():
        values[:, LABEL_NAMES.index(name)] = column
    thresholds = dict.fromkeys(LABEL_NAMES, 0.5)
    return Scored(examples, LABEL_NAMES, values, None, thresholds)


def test_which_posts_are_ordinary() -> None:
    examples = [
        post(source="weibo_ordinary", abuse=0),
        post(source="cold", abuse=0),  # not abusive, but perhaps an advertisement
        post(source="mine", **QUIET),
        post(source="mine", **{**QUIET, "rumour": 1}),
        post(source="weibo_ordinary", abuse=1),
        post(source="nobody"),
    ]
    found = ordinary_posts(scored(examples))
    assert found.tolist() == [True, False, True, False, False, False]


def test_shares_by_group_label_and_any() -> None:
    examples = [post(source="sample", **QUIET) for _ in range(8)]
    found = false_alarms(
        scored(examples, abuse=[0.9] * 2 + [0.1] * 6, porn=[0.5] + [0.4] * 7),
        ["chat"] * 4 + ["sms"] * 4,
    )
    assert list(found) == [ALL, "chat", "sms"]
    assert (found["chat"]["abuse"].count, found["chat"]["porn"].count) == (2, 1)
    assert found["chat"][ANY].share == 0.5
    assert found["sms"][ANY].share == 0.0
    assert found[ALL][ANY].share == 0.25
    assert found["sms"][ANY].interval is not None
    assert found["sms"][ANY].interval[1] > 0.3
    assert false_alarms(scored([post(source="cold", abuse=0)]), ["chat"]) == {}


def test_debunks_are_counted_apart() -> None:
    examples = [post(source=name, rumour=0) for name in ("debunk_articles", "ced") * 2]
    found = debunks_called_rumours(scored(examples, rumour=[0.9, 0.9, 0.1, 0.9]))
    assert set(found) == {"debunk_articles"}
    assert (found["debunk_articles"].count, found["debunk_articles"].posts) == (1, 2)


def test_the_surest_mistakes_come_first() -> None:
    examples = [post(source="s", abuse=value) for value in (0, 0, 1, 1, 1, 0)]
    found = worst_mistakes(scored(examples, abuse=[0.6, 0.9, 0.4, 0.1, 0.8, 0.2]), most=2)
    assert set(found) == {"abuse"}
    assert [(one.row, one.truth) for one in found["abuse"]] == [(1, 0), (0, 0), (3, 1), (2, 1)]
    told = found["abuse"][0].to_json()
    assert told["id"] == examples[1].id
    assert "row" not in told
    assert len(worst_mistakes(scored(examples, abuse=[1.0] * 6), most=2)["abuse"]) == 2


def test_bins_of_a_reliability_diagram() -> None:
    posts = Judged(
        np.asarray([0, 1, 1, 1], np.int8), np.asarray([0.05, 0.07, 0.95, 1.0]),
        np.asarray(["s"] * 4), np.arange(4),
    )  # fmt: skip
    low, high = reliability(posts)
    assert (low.score, low.share, low.posts) == (pytest.approx(0.06), 0.5, 2)
    assert (high.score, high.share, high.posts) == (pytest.approx(0.975), 1.0, 2)
    assert high.interval[0] < 0.5
