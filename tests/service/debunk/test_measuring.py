from __future__ import annotations

import pytest

from data.pairs import Pair, split_of
from models.scorer import Scorer
from service.debunk.measuring import DEPTH, Measurement, Recall
from tests.service.debunk.made import CLAIM, OTHER

ANSWERS = {
    CLAIM: "柿子和螃蟹一起吃不会中毒，没有任何依据。",
    OTHER: "微波炉加热的食物不会致癌，微波只是加热水。",
    "隔夜茶喝了会得癌症": "隔夜茶里没有那么多亚硝酸盐，谈不上得癌症。",
}
TWIN = f"1、{ANSWERS[CLAIM]}记者从医院了解到。"


def pair(query: str, debunk: str, kind: str = "claim") -> Pair:
    return Pair.model_validate({"query": query, "debunk": debunk, "query_kind": kind})


@pytest.fixture(scope="module")
def measurement(tiny_scorer: Scorer) -> Measurement:
    pairs = [pair(claim, answer) for claim, answer in ANSWERS.items()]
    pairs.append(pair("一个标题", TWIN, "headline"))
    return Measurement(tiny_scorer, pairs, lambda *_: None)


def test_claims_are_asked_and_every_text_is_an_entry(measurement: Measurement) -> None:
    posts = {"made": ["今天出门散步拍照片", f"{OTHER}，大家别再用微波炉加热食物了"]}
    report = measurement.report(posts)
    assert report.entries == len(ANSWERS) + 1
    assert set(report.search) == {"words", "meaning", "both"}
    words = report.search["words"]
    assert words["all"].claims == len(ANSWERS)
    sides = [split_of(pair(claim, answer)) for claim, answer in ANSWERS.items()]
    assert words["test"].claims == sides.count("test")
    assert words["all"].recall_at_5 == words["all"].recall_at_1_or_twin == 1.0
    assert words["all"].mrr >= 0.8
    assert 0 < report.told["answer"] <= report.told["any"] <= 1
    assert sum(report.false_per_1000["made"].values()) == 500
    assert report.to_json()["search"]["both"]["all"]["claims"] == len(ANSWERS)


def test_nothing_asked_is_nothing_found(tiny_scorer: Scorer) -> None:
    empty = Measurement(tiny_scorer, [pair("一个标题", TWIN, "headline")], lambda *_: None)
    report = empty.report({})
    assert report.search["both"]["all"] == Recall(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert report.told == {"answer": 0.0, "any": 0.0}
    assert DEPTH > 5
