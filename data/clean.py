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
PLACES = ("杭州", "成都", "江宁", "武昌", "天河", "海淀", "青岛", "合肥", "昆明", "沈阳")
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


EVERYWHERE: tuple[Cleaner, ...] = (
    fill_masked_phones,
    strip_template_marks,
    strip_ellipsis,
)
BY_SOURCE: dict[str, tuple[Cleaner, ...]] = {
    "fake_base_station_sms": (fill_placeholders,),
    "telecom_fraud": (fill_placeholders, fill_masks),
    "sms_spam": (fill_masks,),
    "wechat_clickbait": (strip_bylines,),
    "covid_claims": (strip_question_mark,),
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
