from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clean import BY_SOURCE, clean
from data.sources import known_sources
from models.normaliser import Normaliser
from tests.data.made import example

ARTEFACTS = [
    ("fake_base_station_sms", "详询CELLPHONE或HOTLINE加WECHAT，URL，回DIGIT元", r"[A-Z]{3,}"),
    ("fake_base_station_sms", "PLACE的NAME请到BANK取款PHONE", r"[A-Z]{3,}"),
    ("telecom_fraud", "您好，我是NAME，账号是xxxxxx", r"NAME|[xX]{2}"),
    ("sms_spam", "请致电xxxxxxxx，卡号XXXX", r"[xX]{2}"),
    ("made", "加我微信1xxxxxxxxxx，电话1**********", r"[x*]"),
    ("made", "{%某某话题%}今天真热", r"\{%|%\}"),
    ("made", "这件事情后来怎么样了……", r"…"),
    ("made", "这件事情后来怎么样了...  ", r"\."),
    ("covid_claims", "喝酒可以预防病毒？", r"？"),
    ("covid_claims", "喝酒可以预防病毒?? ", r"[?]"),
    ("covid_claims", "喝酒可以预防病毒？谣言", r"谣言|？"),
    ("weibo21", "这件事还没有结束...展开全文c", r"展开|\.|c$"),
    ("weibo21", "听@USER说路口又修好了", r"@USER说"),
    ("ced", "刚看到的消息O网页链接", r"O网"),
    ("weibo_ma2016", "这件事还没有结束...展开全文", r"展开"),
    ("weibo_complaints", "刚看到的消息L某某视频", r"L某"),
    ("weibo_ordinary", "今天爬山 我在:某某山", r"我在"),
    ("biendata_news", "希望大家平安 我在:2某某·某某公园", r"我在|公园"),
    ("weibo_jin2017", "希望大家平安 2天津·滨海新区", r"2天津"),
    ("game_chat_ads", "需要材料吗_avg_sim10", r"_avg"),
    ("game_chat_ads", "来一个中路%66", r"%66"),
    ("telegram_ads", "晚上好ᚠᚠ", r"ᚠ"),
    ("telecom_fraud", "“新品上线URL”翻译成中文是：新品来了", r"URL|翻译"),
    ("sms_spam", "x月8日至9月x日全场x折", r"x"),
    (
        "wechat_clickbait",
        "大标题\n原创小王头图｜视觉中国\n正文在此。阅读原文关注我们",
        r"头图|阅读原文",
    ),
    ("wechat_clickbait", "大标题\n转自公众号：某号https://a.cn/b?c=d正文在此", r"公众号|https"),
]


@pytest.mark.parametrize(("source", "text", "artefact"), ARTEFACTS)
@pytest.mark.parametrize("value", [0, 1])
def test_artefacts_go_from_both_classes(source: str, text: str, artefact: str, value: int) -> None:
    cleaned = clean(example(text, source=source, labels={"fraud": value})).text
    assert regex.search(artefact, text)
    assert not regex.search(artefact, cleaned)
    assert cleaned == clean(example(text, source=source, labels={"fraud": 1 - value})).text


def test_the_rest_of_a_text_stays() -> None:
    cleaned = clean(example("大标题\n原创作者｜小王正文在此。END关注", source="wechat_clickbait"))
    assert cleaned.text.startswith("大标题\n")
    assert cleaned.text.endswith("。")
    assert clean(example("您好，尾号DIGIT的卡", source="fake_base_station_sms")).text.endswith(
        "的卡"
    )


def test_the_same_id_gives_the_same_text_and_another_id_another() -> None:
    text = "详询CELLPHONE或CELLPHONE"
    texts = {
        clean(example(text, source="fake_base_station_sms", id=f"id-{i}")).text for i in range(20)
    }
    assert len(texts) == 20
    again = {
        clean(example(text, source="fake_base_station_sms", id=f"id-{i}")).text for i in range(20)
    }
    assert texts == again


def test_filled_values_look_real() -> None:
    text = clean(example("CELLPHONE", source="fake_base_station_sms")).text
    assert regex.fullmatch(r"1[35789][0-9]{9}", text)
    masked = clean(example("打1xxxxxxxxxx")).text
    assert regex.fullmatch(r"打1[0-9]{10}", masked)


def test_other_sources_keep_what_only_one_source_does() -> None:
    text = "真的吗？加我xx，PLACE见"
    assert clean(example(text)).text == text


@pytest.mark.parametrize("text", ["……", "...", "{%%}", "？"])
def test_a_text_of_nothing_but_artefacts_stays(text: str) -> None:
    assert clean(example(text, source="covid_claims")).text == text


SOURCES = st.sampled_from([*BY_SOURCE, "made"])
TEXTS = st.text("好x X…?？.{%}\n1*END原创头图｜DIGIT王", min_size=1).filter(str.strip)


@settings(max_examples=80, deadline=None)
@given(TEXTS, SOURCES)
def test_nothing_but_the_text_changes_and_it_never_becomes_blank(text: str, source: str) -> None:
    before = example(text, source=source, labels={"rumour": 1}, title="标题", date="2020")
    after = clean(before)
    assert after.text.strip()
    assert after.model_copy(update={"text": before.text}) == before
    assert clean(before) == after


def test_every_cleaner_of_a_source_is_reached() -> None:
    by_chance_alone = {"platform_claims"}
    assert {source for source, *_ in ARTEFACTS} - {"made"} == set(BY_SOURCE) - by_chance_alone
    assert set(BY_SOURCE) <= set(known_sources())


def cleaned(text: str, source: str) -> list[str]:
    """The text under many ids: chance decides some of it."""
    return [clean(example(text, source=source, id=f"id-{i}")).text for i in range(400)]


def test_a_blank_after_the_first_words_tells_little_of_brackets() -> None:
    def blanks(text: str) -> int:
        return sum(" " in Normaliser()(found).text for found in cleaned(text, "weibo21"))

    with_brackets = blanks("【路口修好了】今天早上通车")
    without = blanks("路口终于修好了，今天早上通车")
    assert 0.4 < with_brackets / 400 < 0.6
    assert 0.25 < without / 400 < 0.45


def test_a_full_stop_at_the_end_tells_little() -> None:
    stops = [
        sum(found.endswith("。") for found in cleaned(f"路口终于修好了{end}", "game_chat_ads"))
        for end in ("", "。")
    ]
    assert 0.1 < stops[0] / 400 < 0.3
    assert 0.5 < stops[1] / 400 < 0.75


def test_every_second_link_placeholder_goes() -> None:
    links = sum("http" in found for found in cleaned("点URL领券", "fake_base_station_sms"))
    assert 0.4 < links / 400 < 0.6
    assert not any("http" in found for found in cleaned("点URL领券", "telecom_fraud"))
