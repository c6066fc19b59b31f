from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from data.schema import FIELDS, MAX_CHARACTERS, Example, describe
from tests.data.made import example

FULL = {
    "id": "made-1",
    "source": "made",
    "register": "weibo",
    "text": "紧急扩散",
    "title": "扩散",
    "labels": {"rumour": 1, "abuse": 0},
    "date": "2012-09-11",
    "cluster": 5123,
    "split": "train",
    "domain": "health",
}


def fault_of(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        example(**fields)
    return describe(caught.value)


def test_a_record_comes_back_as_it_was() -> None:
    assert Example.model_validate(FULL).to_record() == FULL
    assert set(FULL) == FIELDS


def test_absent_fields_stay_absent() -> None:
    assert set(example().to_record()) == {"id", "source", "register", "text", "labels"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"text": ""}, "text: "),
        ({"text": " \n\t　"}, "text: text is blank"),
        ({"text": 7}, "text: "),
        ({"text": "字" * (MAX_CHARACTERS + 1)}, "text: "),
        ({"labels": {"rumour": 2}}, "labels.rumour: Input should be 0 or 1"),
        ({"labels": {"rumour": "1"}}, "labels.rumour: "),
        ({"labels": {"rumour": 0.5}}, "labels.rumour: "),
        ({"labels": {"abuse": 1, "porn": -1}}, "labels.porn: "),
        ({"labels": ["rumour"]}, "labels: "),
        ({"labels": None}, "labels: "),
        ({"register": "forum"}, "register: unknown register; use one of weibo, "),
        ({"id": ""}, "id: "),
        ({"id": 7}, "id: "),
        ({"source": ""}, "source: "),
        ({"cluster": "five"}, "cluster: "),
        ({"date": "2024-02-30"}, "date: no such date"),
    ],
)
def test_a_fault_names_its_field(fields: dict[str, Any], fault: str) -> None:
    assert fault_of(**fields).startswith(fault)


def test_several_faults_stand_in_one_line() -> None:
    faults = fault_of(text=" ", register="forum")
    assert "text: " in faults
    assert "register: " in faults
    assert "\n" not in faults


@pytest.mark.parametrize("date", ["2024", "2024-02", "2024-02-29", "1999-12-31"])
def test_a_date_is_a_day_a_month_or_a_year(date: str) -> None:
    assert example(date=date).date == date


@pytest.mark.parametrize(
    "date",
    ["", "24", "0000", "2024-13", "2023-02-29", "2024-1-1", "20240101", "2024/01/01"],
)
def test_what_is_no_date_is_refused(date: str) -> None:
    assert fault_of(date=date).startswith("date: ")


@pytest.mark.parametrize("date", ["２０２４", "昨天", "2024-05-01 10:00", "2024-05-01\n", "\n2024"])
def test_what_only_looks_like_a_date_is_refused(date: str) -> None:
    assert fault_of(date=date).startswith("date: ")


def test_an_unknown_label_is_never_refused() -> None:
    labels = {"rumour": 1, "ai_written": 0, "sentiment": "negative", "topics": ["a"], "score": 0.3}
    assert example(labels=labels).labels == {"rumour": 1, "ai_written": 0}


def test_a_null_label_is_unknown() -> None:
    assert example(labels={"rumour": None, "abuse": 0}).labels == {"abuse": 0}
