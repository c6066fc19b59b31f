"""Folding single characters and reading Traditional text."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from models.normaliser.characters import FOLD, SIMPLIFIED, fold, fold_character, narrow, simplify
from models.normaliser.trace import Trace

INVISIBLE = {"Cc", "Cf", "Cs"}


def test_every_character_of_unicode_folds_to_visible_ones() -> None:
    for code in range(sys.maxunicode + 1):
        folded = fold_character(chr(code))
        assert not any(unicodedata.category(character) in INVISIBLE for character in folded)


@pytest.mark.parametrize("character", ["\t", "\n", "\r", "\x0b", "\x0c", "\x85"])
def test_white_space_controls_become_a_space(character: str) -> None:
    assert fold_character(character) == " "


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x1b",
        "\u200b",
        "\u200d",
        "\u202e",
        "\ufeff",
        "\ufe0f",
        "\U000e0100",
        "\u20e3",
        "\ud800",
    ],
)
def test_what_nobody_sees_is_dropped(character: str) -> None:
    assert fold_character(character) == ""


@pytest.mark.parametrize(
    ("first", "last"), [("🅐", "🅩"), ("🅰", "🆉"), ("🇦", "🇿"), ("Ⓐ", "Ⓩ"), ("🄰", "🅉")]
)
def test_enclosed_alphabets_are_letters(first: str, last: str) -> None:
    assert fold_character(first) + fold_character(last) == "AZ"


def test_what_follows_an_enclosed_alphabet_is_no_letter() -> None:
    assert fold_character("\U0001f18a") == "\U0001f18a"


def test_a_folded_character_is_remembered() -> None:
    assert FOLD["Ａ"] == "A"
    assert "Ａ" in FOLD
    assert SIMPLIFIED["頭"] == "头"


def test_marks_are_composed_or_dropped() -> None:
    trace = Trace("e\u0301x\u0336か\u3099")
    fold(trace)
    assert trace.text == "éxが"
    assert list(trace.starts) == [0, 2, 4]
    assert list(trace.ends) == [2, 3, 6]


def test_traditional_text_keeps_one_place_a_character() -> None:
    original = "頭髮乾坤皇后後來乾燥"
    trace = Trace(original)
    simplify(trace)
    assert trace.text == "头发乾坤皇后后来干燥"
    assert list(trace.starts) == list(range(len(original)))


def test_rare_characters_beyond_the_first_plane_keep_their_place() -> None:
    trace = Trace("𠮷野家頭")
    simplify(trace)
    assert trace.text == "𠮷野家头"
    assert len(trace.text) == len(list(trace.starts))


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("看著他，跟著走，意味著", "看着他，跟着走，意味着"),
        ("看著名的書，跟著作者", "看著名的书，跟著作者"),
        ("原著、编著、显著", "原著、编著、显著"),
        ("打坏了一坏土", "打坏了一坏土"),
        ("瞭解", "了解"),
    ],
)
def test_phrases_of_simplified_text_are_left_alone(text: str, read_as: str) -> None:
    trace = Trace(text)
    simplify(trace)
    assert trace.text == read_as
    assert list(trace.starts) == list(range(len(text)))


def test_chinese_punctuation_stays_wide_until_it_is_narrowed() -> None:
    trace = Trace("好，ａ！")
    fold(trace)
    assert trace.text == "好，a！"
    narrow(trace)
    assert trace.text == "好,a!"
