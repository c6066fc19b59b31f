"""Removing what gives a label away and would never be seen in service.

Marks that every post may carry (links, mentions, brackets) are the normaliser's work, since the
service must read them the same. Here are only the traces of how a corpus was collected:
placeholders, masks, bylines, markup. They are undone on both classes alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import regex

from data.schema import Example

Cleaner = Callable[[str, random.Random], str]

PLACEHOLDER = regex.compile(r"CELLPHONE|HOTLINE|PHONE|WECHAT|DIGIT|PLACE|NAME|BANK|URL")
MASK = regex.compile(r"(?<![A-Za-z])[xX]{2,}(?![A-Za-z])")
MASKED_PHONE = regex.compile(r"(?<=1)[xX*]{8,10}")
TEMPLATE_MARKS = regex.compile(r"\{%|%\}")
ELLIPSIS = regex.compile(r"\s*(?:\.{2,}|…+|。{2,})\s*$")
QUESTION = regex.compile(r"\s*[?？]+\s*$")
ACCOUNT = regex.compile(r"转自公众号[:：].{0,20}?https?://[\w./?=&#%\-]+|收录于话题(?:#\S{1,12})?")
BYLINE = regex.compile(
    r"^(?:(?:原创)?.{0,60}?(?:头图|题图|插画|图源|出品|编辑|作者|记者|来源)\s*[丨|｜:：/／]\s*[\w]{2,8})+"
)
TAIL = regex.compile(r"(?:本内容未经|本文为专栏|原标题[:：]|END|End|阅读原文|长按识别).{0,200}$")
# "Read on" of Weibo, with the letter its icon became, and the letters of its other icons.
UNFOLD = regex.compile(r"\s*(?:\.{2,}|…+)?\s*展开全文\s*c?\s*$|\s*全文\s*[:：]\s*$")
ICON = regex.compile(r"(?<![A-Za-z0-9])[OL](?=\p{Han}|[《【“\"])")
WHERE = regex.compile(
    r"\s*(?:我在\s*[:：]\s*2?|(?<![0-9])2(?=\p{Han}{2,8}·))[\p{Han}A-Za-z0-9·（）()]{2,24}\s*$"
)
USER = regex.compile(r"@USER(?=\w)")
VERDICT = regex.compile(r"(?<=[?？])\s*谣言\s*$|(?:纯属|都是|均为|系)谣言\s*$")
# What the tools of collectors left: a similarity, a position, the name of a recording.
TOOL_MARKS = regex.compile(r"_avg\w*\s*$|%\d{1,2}\s*$|^\[\d{10}\S*\s*")
BADGES = regex.compile(r"\p{Script=Runic}+")
TRANSLATED = regex.compile(
    r"[\"”]?\s*(?:翻译成中文是|这条信息是关于|这条短信是关于).*$", regex.DOTALL
)
URL = regex.compile(r"URL")
ONE_MASKED = regex.compile(
    r"(?<![A-Za-z0-9])x(?=\s?[月日号折元点年天楼.:：%％\-/~至米万人个级期分])|(?<=[0-9.\-:：/~至月年])x(?![A-Za-z])"
)
BROKEN = regex.compile(r"【([^】\n]{2,60})】(?=\S)|#([^#\n]{2,40})#(?=\S)")
FIRST_STOP = regex.compile(r"(?<=\p{Han}{4})[，。！：](?=\p{Han})")
FULL_STOP = regex.compile(r"[。.]\s*$")
PLACES = ("杭州", "成都", "江宁", "武昌", "天河", "海淀", "青岛", "合肥", "昆明", "沈阳")
SHORTEST_SENTENCE = 6
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _fill(rng: random.Random, match: regex.Match[str]) -> str:
    handle = "".join(rng.choice("abcdefghkmnpqrstuvwxyz") for _ in range(rng.randint(4, 7)))
    values = {
        "CELLPHONE": "1" + rng.choice("35789") + _digits(rng, 9),
        "HOTLINE": "400" + _digits(rng, 7),
        "PHONE": "0" + _digits(rng, 10),
        "WECHAT": rng.choice(("微信", "微信号", "v")) + handle + _digits(rng, 3),
        "DIGIT": str(rng.choice((3, 5, 10, 20, 50, 88, 100, 300, 1000, 5000))),
        "PLACE": rng.choice(PLACES),
        "NAME": rng.choice(SURNAMES) + rng.choice(("经理", "女士", "先生", "老师", "总", "姐")),
        "BANK": rng.choice(("农商", "城市", "商业")) + "银行",
        "URL": f"http://{handle}.{rng.choice(('com', 'cn', 'cc', 'top'))}",
    }
    return values[match.group()]


def fill_placeholders(text: str, rng: random.Random) -> str:
    """Put plausible invented values where the collectors wrote PLACE, DIGIT, URL and the like."""
    return PLACEHOLDER.sub(partial(_fill, rng), text)


def fill_masks(text: str, rng: random.Random) -> str:
    """Put random digits where the collectors wrote runs of x."""
    return MASK.sub(lambda match: _digits(rng, min(len(match.group()), 11)), text)


def fill_masked_phones(text: str, rng: random.Random) -> str:
    """Put random digits into masked mobile numbers."""
    return MASKED_PHONE.sub(lambda match: _digits(rng, 10), text)


def strip_template_marks(text: str, rng: random.Random) -> str:
    """Drop the `{%` and `%}` around topics."""
    return TEMPLATE_MARKS.sub("", text)


def strip_ellipsis(text: str, rng: random.Random) -> str:
    """Drop a truncation mark at the end."""
    return ELLIPSIS.sub("", text)


def strip_question_mark(text: str, rng: random.Random) -> str:
    """Drop the question mark a fact-checking site puts behind every claim."""
    return QUESTION.sub("", text)


def strip_bylines(text: str, rng: random.Random) -> str:
    """Drop account headers, bylines and closing boilerplate of articles."""
    title, _, body = text.partition("\n")
    body = BYLINE.sub("", ACCOUNT.sub("", body).lstrip())
    return f"{title}\n{TAIL.sub('', body)}" if body else title


def strip_weibo_marks(text: str, rng: random.Random) -> str:
    """Drop "read on", the letters that icons became and the place a post was sent from."""
    text = UNFOLD.sub("", USER.sub("@USER ", text))
    return WHERE.sub("", ICON.sub("", text))


def strip_verdict(text: str, rng: random.Random) -> str:
    """Drop the verdict that a list of rumours puts behind a claim."""
    return VERDICT.sub("", text)


def strip_tool_marks(text: str, rng: random.Random) -> str:
    """Drop what the tools of collectors wrote behind or before a message."""
    return TOOL_MARKS.sub("", text)


def strip_badges(text: str, rng: random.Random) -> str:
    """Drop the runes that a live-chat platform shows as badges."""
    return BADGES.sub("", text)


def thin_links(text: str, rng: random.Random) -> str:
    """Drop the link placeholders of every second post, or a link would tell what kind it is."""
    return text if rng.random() < 0.5 else URL.sub("", text)


def strip_translation(text: str, rng: random.Random) -> str:
    """Drop what a model said of its own rewriting, and the links that one class alone has."""
    return URL.sub("", TRANSLATED.sub("", text))


def fill_single_masks(text: str, rng: random.Random) -> str:
    """Put random digits where the collectors wrote one x, as in x月x日."""
    return ONE_MASKED.sub(lambda match: _digits(rng, 1), text)


def even_out_breaks(text: str, rng: random.Random) -> str:
    """Write some headlines in brackets as a first clause, and some first clauses as headlines.

    The normaliser reads brackets as blanks, so a blank after the first words would tell official
    accounts from others. Half of the former and a quarter of the latter come near to an even share.
    """
    if BROKEN.search(text):
        return BROKEN.sub(r"\1\2，", text) if rng.random() < 0.5 else text
    return FIRST_STOP.sub(" ", text, count=1) if rng.random() < 0.35 else text


def even_out_ends(text: str, rng: random.Random) -> str:
    """Let chance decide in six posts of ten whether a full stop closes them."""
    if rng.random() >= 0.6 or len(text) < SHORTEST_SENTENCE:
        return text
    bare = FULL_STOP.sub("", text)
    return bare + "。" if rng.random() < 0.3 and bare[-1:].isalnum() else bare


WEIBO = (strip_weibo_marks, even_out_breaks)
EVERYWHERE: tuple[Cleaner, ...] = (
    fill_masked_phones,
    strip_template_marks,
    strip_ellipsis,
)
BY_SOURCE: dict[str, tuple[Cleaner, ...]] = {
    "fake_base_station_sms": (thin_links, fill_placeholders),
    "telecom_fraud": (strip_translation, fill_placeholders, fill_masks, even_out_ends),
    "sms_spam": (fill_masks, fill_single_masks),
    "wechat_clickbait": (strip_bylines,),
    "covid_claims": (strip_verdict, strip_question_mark),
    "platform_claims": (even_out_ends,),
    "game_chat_ads": (strip_tool_marks, even_out_ends),
    "telegram_ads": (strip_badges,),
    "biendata_news": (*WEIBO, even_out_ends),
    **dict.fromkeys(
        ("weibo21", "weibo_jin2017", "weibo_ma2016", "ced", "weibo_complaints", "weibo_ordinary"),
        WEIBO,
    ),
}


def clean(example: Example) -> Example:
    """Return the Example without collection artefacts; the same id always gives the same text.

    A text of nothing but artefacts is returned as it was.
    """
    rng = random.Random(example.id)
    text = example.text
    for cleaner in (*BY_SOURCE.get(example.source, ()), *EVERYWHERE):
        text = cleaner(text, rng)
    return example if text == example.text or not text.strip() else _with_text(example, text)


def _with_text(example: Example, text: str) -> Example:
    return example.model_copy(update={"text": text})
