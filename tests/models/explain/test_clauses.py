"""Clauses hold all of a text, end where a reader pauses, and are neither tiny nor endless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.explain.clauses import LONGEST, PIECE, REACH, split_clauses
from models.normaliser import Normalised, Normaliser


def as_is(text: str, original: str | None = None) -> Normalised:
    """A text that was read as it stands."""
    return Normalised(original or text, text, range(len(text)), range(1, len(text) + 1))


def pieces(text: str, original: str | None = None) -> list[str]:
    read = as_is(text, original)
    return [text[clause.start : clause.end] for clause in split_clauses(read)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("好", ["好"]),
        ("今天下雨,记得带伞。路上小心", ["今天下雨,", "记得带伞。", "路上小心"]),
        ("什么?!真的假的…", ["什么?!真的假的…"]),
        ("今晚九点:一千人到场", ["今晚九点:", "一千人到场"]),
        ("卖1,000元,9:00开始", ["卖1,000元,", "9:00开始"]),
        ("兼职日结三百 学生都能做 加我好友", ["兼职日结三百 ", "学生都能做 ", "加我好友"]),
        ("Call me now please 马上打给我", ["Call me now please ", "马上打给我"]),
        ("快来领奖😀😀名额不多", ["快来领奖😀😀", "名额不多"]),
        ("他说“明天停水。”大家都信了", ["他说“明天停水。”", "大家都信了"]),
        ("嗯,好的,明天我去医院", ["嗯,好的,", "明天我去医院"]),
        ("。。。", ["。。。"]),
    ],
)
def test_where_clauses_end(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_line_end_of_the_original_ends_a_clause() -> None:
    read = Normaliser()("first line here\nsecond line here")
    found = [read.text[clause.start : clause.end] for clause in split_clauses(read)]
    assert [piece.strip() for piece in found] == ["first line here", "second line here"]


def test_a_long_clause_is_cut_where_words_part() -> None:
    text = "据说今年冬天流行的病毒会通过自来水传播所以大家千万不要喝了"
    clauses = split_clauses(as_is(text))
    assert [clause.cut for clause in clauses] == [False, True]
    assert pieces(text) == ["据说今年冬天流行的病毒", "会通过自来水传播所以大家千万不要喝了"]


def test_no_clause_reaches_from_the_title_into_the_text() -> None:
    original = "通知\n今天停水"
    read = as_is("通知 今天停水", original)
    clauses = split_clauses(read, text_start=3)
    assert [read.text[clause.start : clause.end] for clause in clauses] == ["通知 ", "今天停水"]
    assert len(split_clauses(read)) == 1


@given(st.text("今天下雨,。!? \n😀abc1:所以的", max_size=120))
def test_clauses_hold_everything_in_order(text: str) -> None:
    clauses = split_clauses(as_is(text))
    assert "".join(text[clause.start : clause.end] for clause in clauses) == text
    assert all(clause.start < clause.end for clause in clauses)
    assert all(clause.end - clause.start <= max(LONGEST, PIECE + 2 * REACH) for clause in clauses)
