"""The language of patterns: what it says, and what it refuses."""

from __future__ import annotations

import pytest

from service.word.pattern import MOST_CHARACTERS, Pattern, PatternError, escape, parse


@pytest.mark.parametrize(
    ("text", "needed", "barred"),
    [
        ("微信", (("微信",),), ()),
        ("A&B~C", (("A",), ("B",)), ("C",)),
        (
            " 加微信 | 加QQ & 兼职 ~ 招聘会 | 校招",
            (("加微信", "加QQ"), ("兼职",)),
            ("招聘会", "校招"),
        ),
        ("A~B~C", (("A",),), ("B", "C")),
        ("A~B&D", (("A",), ("D",)), ("B",)),
        (r"R\&B", (("R&B",),), ()),
        (r"a\|b\~c\\d", ((r"a|b~c\d",),), ()),
        ("add me", (("add me",),), ()),
    ],
)
def test_patterns_are_read(text: str, needed: object, barred: object) -> None:
    assert parse(text) == Pattern(needed, barred)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("~a", "begins with ~"),
        ("a&", "lacks a word"),
        ("a||b", "lacks a word"),
        ("a~", "lacks a word"),
        ("&a", "lacks a word"),
        ("a\\", "stands before none of"),
        (r"a\b", "stands before none of"),
        ("a\0", "control character"),
        ("甲,没有收尾\n乙", "close every quote"),
        ("a\ud800", "surrogate"),
        ("a" * (MOST_CHARACTERS + 1), "at most 200"),
        ("|".join("abcdefghijklmnopqrstuvwxyz0123456789"), "has 36 words"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        parse(text)


def test_patterns_that_mean_the_same_have_one_form() -> None:
    forms = {parse(text).canonical() for text in ("a|b&c~d", "c&b|a~d", "c & a|b & c ~ d")}
    assert forms == {"a|b&c~d"}
    assert parse(parse("R\\&B&x").canonical()) == parse("R\\&B&x")


def test_reading_drops_repeats_and_refuses_nothing_and_nonsense() -> None:
    assert parse("A|a").read(str.lower).needed == (("a",),)
    with pytest.raises(PatternError, match="nothing is left"):
        parse("a&*").read(lambda word: word.strip("*"))
    with pytest.raises(PatternError, match="never true"):
        parse("A~a").read(str.lower)


def test_escaping_is_undone_by_reading() -> None:
    word = "a&b|c~d\\e"
    assert parse(escape(word)).needed == ((word,),)
