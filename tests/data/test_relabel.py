"""Rules add what a source does not tell apart, and change nothing it says."""

from __future__ import annotations

import pytest

from data.relabel import relabel, rules
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
        ("𝘼𝘽𝘾123 卖片", "porn"),
    ],
)
def test_an_advertisement_gains_the_label_its_words_give(text: str, label: str) -> None:
    assert relabel(example(text, ad_spam=1)).labels[label] == 1


@pytest.mark.parametrize(
    ("post", "added"),
    [
        (example("软件开发，短信群发，老板来谈", ad_spam=1), {"gambling": 0, "porn": 0}),
        (example("出棋牌数据，首存粉", ad_spam=1), {"porn": 0}),
        (example("大量出喇叭，需要的滴滴", "game_chat_ads", ad_spam=1), {"gambling": 0, "porn": 0}),
        (example("小电影一元一部要的加我", "game_chat_ads", ad_spam=1), {"porn": 1, "gambling": 0}),
        (
            example("你这个辅助真能打", "game_chat_ads", ad_spam=0),
            {"gambling": 0, "porn": 0, "fraud": 0},
        ),
        (
            example("今天下班去邮局把灯打开", "sms_spam", ad_spam=0),
            {"gambling": 0, "porn": 0, "fraud": 0},
        ),
        (
            example("某某旗舰店新品上线满二百减三十", "fake_base_station_sms", ad_spam=1),
            {"gambling": 0, "porn": 0, "fraud": 0},
        ),
    ],
)
def test_posts_that_are_clearly_about_something_else_become_negatives(
    post: Example, added: dict[str, int]
) -> None:
    assert relabel(post).labels == post.labels | added


@pytest.mark.parametrize(
    "post",
    [
        example("老台信誉，首存一百送一百", ad_spam=0, gambling=0, porn=0),
        example("真诚无套路，小白可做", ad_spam=1),
        example("首存一百送一百", source="mine", ad_spam=1),
        example("有奖活动的红包来领", "game_chat_ads", ad_spam=0, porn=0),
    ],
)
def test_everything_else_stays_as_it_was(post: Example) -> None:
    assert relabel(post) is post


def test_what_a_source_says_is_never_changed() -> None:
    told = relabel(example("首存一百送一百", ad_spam=1, gambling=0))
    assert told.labels["gambling"] == 0


def test_every_rule_names_labels_and_words() -> None:
    assert len(rules()) > 10
    assert all(rule.labels and rule.any.pattern for rule in rules())
