"""Rules add what a source does not tell apart, and change nothing it says."""

from __future__ import annotations

import pytest

from data.relabel import relabel
from data.schema import Example


def example(text: str, source: str = "telegram_ads", **labels: int) -> Example:
    return Example(id="1", source=source, register="chat", text=text, labels=labels)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("老台信誉，首存一百送一百，注册就领", "gambling"),
        ("pc28 稳定开群，想玩的来", "gambling"),
        ("有空可约 个人兼职", "porn"),
        ("高清簧片 加我", "porn"),
    ],
)
def test_an_advertisement_gains_the_label_its_words_give(text: str, label: str) -> None:
    assert relabel(example(text, ad_spam=1)).labels == {"ad_spam": 1, label: 1}


@pytest.mark.parametrize(
    "post",
    [
        example("老台信誉，首存一百送一百", ad_spam=0),
        example("出棋牌数据，首存粉", ad_spam=1),
        example("真诚无套路，小白可做", ad_spam=1),
        example("首存一百送一百", ad_spam=1, gambling=0),
        example("首存一百送一百", source="mine", ad_spam=1),
    ],
)
def test_everything_else_stays_as_it_was(post: Example) -> None:
    assert relabel(post) is post
