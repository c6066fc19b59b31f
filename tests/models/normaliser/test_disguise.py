"""Separators, ornaments and repeats: undone in words, left alone in numbers and sentences."""

from __future__ import annotations

import pytest

from models.normaliser.disguise import SEPARATORS, join_separated, shorten_repeats
from models.normaliser.trace import Trace


def joined(text: str) -> str:
    trace = Trace(text)
    join_separated(trace)
    return trace.text


@pytest.mark.parametrize("separator", [" ", "-", "_", ".", "/", "\\", "|", "~", "*", "·", "=", "'"])
def test_every_separator_is_undone(separator: str) -> None:
    assert separator.strip() in SEPARATORS
    assert joined(separator.join("免费领取")) == "免费领取"
    assert joined(separator.join("免费领取") + "，快来") == "免费领取，快来"


def test_up_to_three_separators_stand_between_two_characters() -> None:
    assert joined("加---微---信") == "加微信"
    assert joined("加----微----信") == "加----微----信"


def test_two_characters_are_no_disguise() -> None:
    assert joined("他-她") == "他-她"


def test_words_are_not_run_together() -> None:
    assert joined("今天 下雨 出门 带伞") == "今天 下雨 出门 带伞"
    assert joined("A 座 5 楼 3 号") == "A 座 5 楼 3 号"
    assert joined("很方便 2.散热好 3.电池大") == "很方便 2.散热好 3.电池大"
    assert joined("嗯...嗯...我想想") == "嗯...嗯...我想想"


@pytest.mark.parametrize("text", ["1-3-8", "1 3 8 0", "3 月 8", "a-b-c", "v 1 2 3"])
def test_numbers_and_letters_alone_stay_apart(text: str) -> None:
    assert joined(text) == text


def test_ornaments_go_only_from_inside_words() -> None:
    assert joined("★加■微■信★") == "★加微信★"
    assert joined("★ ★ ★") == "★ ★ ★"


def test_repeats_are_cut_to_three_and_digits_stay() -> None:
    trace = Trace("好好好好好 1111111 aaaa  \n b")
    shorten_repeats(trace)
    assert trace.text == "好好好 1111111 aaa b"
    assert list(trace.starts)[:3] == [0, 1, 2]


@pytest.mark.parametrize("mark", ["，", ",", "、", "/", "+", "=", "：", ";"])
def test_marks_of_lists_go_only_where_a_disguised_word_comes_out(mark: str) -> None:
    assert joined(mark.join("加微信")) == "加微信"
    assert joined(mark.join("男女老少")) == mark.join("男女老少")
    assert joined(mark.join("来来来") + "我在") == mark.join("来来来") + "我在"


def test_digits_between_marks_are_a_version_or_a_price() -> None:
    assert joined("价格 5-6-7 元都有") == "价格 5-6-7 元都有"
