"""Numbers in words are digits where they are to be called or added, and words elsewhere."""

from __future__ import annotations

import pytest

from models.normaliser.numbers import read_numbers
from models.normaliser.trace import Trace


def numbered(text: str) -> str:
    trace = Trace(text)
    read_numbers(trace)
    return trace.text


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("微信衣伍扒", "微信158"),
        ("QQ：二三叁四五", "QQ：23345"),
        ("电话一三九 零零一二 三四五六", "电话139 0012 3456"),
        ("加1三8零零1二", "加1380012"),
        ("群号八六妖妻五", "群号86175"),
        ("2◎48", "2048"),
        ("138◎◎12", "1380012"),
        ("二○○八年", "二〇〇八年"),
    ],
)
def test_numbers_are_read(text: str, read_as: str) -> None:
    assert numbered(text) == read_as


@pytest.mark.parametrize(
    "text",
    [
        "伍先生到了",
        "衣服伍佰",
        "一二三四五六七",
        "电话二三十个",
        "电话一九九八年装的",
        "电话吧爸爸",
        "爱吧爸爸",
        "微信13800138000",
        "hello666微信",
        "1239号一.二九大楼",
    ],
)
def test_words_and_plain_numbers_stay(text: str) -> None:
    assert numbered(text) == text
