"""Labels that the other posts contradict are found, source by source."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from data.label_errors import find_label_errors, write_suspects
from data.schema import Example
from tests.data.made import example

OFFERS = ("加微信领红包", "代办信用卡", "兼职日结三百", "低价出元宝", "刷单返佣金")
TALK = ("今天下雨没出门", "晚饭吃了面条", "猫又打翻了水杯", "图书馆很安静", "公交等了很久")
FLIPPED = {f"made-{place}" for place in (3, 40, 90)}


@pytest.fixture(scope="module")
def posts() -> list[Example]:
    rng = random.Random(1)
    found = []
    for place in range(160):
        value = place % 2
        text = rng.choice((TALK, OFFERS)[value]) + rng.choice("。！，~") + rng.choice("好啊哦嗯吧")
        name = f"made-{place}"
        labels = {"ad_spam": 1 - value if name in FLIPPED else value, "abuse": 0}
        found.append(example(text, id=name, labels=labels, cluster=place))
    lonely = [
        example(TALK[0], id=f"other-{i}", source="other", labels={"ad_spam": 1}) for i in range(3)
    ]
    return found + lonely


def test_flipped_labels_come_first(posts: list[Example]) -> None:
    found = find_label_errors(posts, ["ad_spam", "abuse"], folds=3)
    assert {suspect.id for suspect in found[: len(FLIPPED)]} == FLIPPED
    assert {(suspect.label, suspect.source) for suspect in found} == {("ad_spam", "made")}
    assert [s.quality for s in found] == sorted(s.quality for s in found)
    for suspect in found[: len(FLIPPED)]:
        assert (suspect.probability > 0.5) != bool(suspect.given)


def test_suspects_are_written_for_spreadsheets(posts: list[Example], tmp_path: Path) -> None:
    found = find_label_errors(posts, ["ad_spam"], folds=3)
    path = tmp_path / "deep" / "errors.csv"
    write_suspects(path, found)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [suspect.id for suspect in found]
    assert rows[0]["text"]
