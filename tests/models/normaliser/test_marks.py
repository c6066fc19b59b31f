"""Marks of platforms read the same everywhere."""

from __future__ import annotations

import pytest

from models.normaliser.marks import neutralise, read_links, trim
from models.normaliser.trace import Trace


def neutral(text: str) -> str:
    trace = Trace(text)
    read_links(trace)
    neutralise(trace)
    return " ".join(trace.text.split())


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("看http://a.cn/b?c=1#d 吧", "看 网址 吧"),
        ("http : / /a.cn", "网址"),
        ("http://t.cn/Ab1好", "好"),
        ("t.cn/Ab1好", "好"),
        ("见 a.cn/b", "见 a.cn/b"),
        ("见cat.cn/Ab1", "见cat.cn/Ab1"),
        ("看HTTP://A.CN/x 吧", "看 网址 吧"),
        ("看http://a.cn/x，再说", "看 网址 ，再说"),
        ("看http：//a.cn/x（旧）", "看 网址 （旧）"),
        ("看ｈｔｔｐ：／／ａ．ｃｎ／ｘ。好", "看 网址 。好"),
        ("Www.a.cn！", "网址 ！"),
        ("T.CN/Ab1好", "好"),
    ],
)
def test_links(text: str, read_as: str) -> None:
    assert neutral(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("@某某 好", "@ 好"),
        ("好@某某", "好@"),
        ("@a_b-1:好", "@:好"),
        ("a@b.com", "a@b.com"),
        ("@" + "某" * 17 + " 好", "@" + "某" * 17 + " 好"),
        ("@某某好", "@"),
        ("好@某甲@某乙，来", "好@@，来"),
    ],
)
def test_mentions(text: str, read_as: str) -> None:
    assert neutral(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("#甲#乙#丙#丁", "甲 乙丙 丁"),
        ("#" + "长" * 41 + "#", "#" + "长" * 41 + "#"),
        ("##", "##"),
        ("C# 和 F#", "C# 和 F#"),
        ("C++ 和 C#，都#会#", "C++ 和 C#，都会"),
        ("〖甲〗[乙]【丙】", "甲 乙 丙"),
    ],
)
def test_topics_and_brackets(text: str, read_as: str) -> None:
    assert neutral(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("说完了...全文", "说完了"),
        ("说完了... 展开全文 >", "说完了"),
        ("说完了全文全文", "说完了"),
        ("全文如下", "全文如下"),
        ("好(分享自 @某报)", "好"),
        ("小张的秒拍视频", ""),
        ("我的视频", "我的视频"),
        ("(组图共9张)好", "好"),
        ("查看图片", ""),
    ],
)
def test_platform_tails(text: str, read_as: str) -> None:
    assert neutral(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [(" / 好 // ", "好"), ("///", ""), ("a / b", "a / b"), ("", ""), ("/a", "a"), ("a/", "a")],
)
def test_edges(text: str, read_as: str) -> None:
    trace = Trace(text)
    trim(trace)
    assert trace.text == read_as
