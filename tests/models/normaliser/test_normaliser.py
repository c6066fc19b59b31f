"""The normaliser as a whole: any text is read, every character keeps where it came from."""

from __future__ import annotations

import string
import unicodedata
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import ReleaseError
from models.normaliser import VERSION, Normalised, Normaliser
from models.normaliser.characters import FOLD
from models.normaliser.tables import tables

NORMALISER = Normaliser()
READING = settings(deadline=None, max_examples=150)

# What disguise, platforms and Unicode itself are made of, so that rules meet each other.
PIECES = [
    *"微信免费加群领取頭髮乾坤妳的a1Z9Ⅷ㎡½㊙ﬁ",
    *"＠＃【】[]/-_.·~░★。，！？!?:;… \t\n\u3000\x00",
    *"\u200b\u200d\ufeff\u00ad\u202e\ufe0f\u0301\u0323\u20e3\u3099\U000e0100\U000e0067",
    *"\ud800\udfff🇨🇳👨👩🏽🈶Ⓥ𝕊🅰①⑧가\u1100\u1161\ufdfa\u2028\u0085",
    "@小明 ",
    "#话题#",
    "https://t.cn/Ab1",
    "http: //x.cn/a?b=1",
    "www.a.cn",
    "全文",
    "展开全文",
    "O网页链接",
    "的微博视频",
    "(分享自 @某人)",
    "哈哈哈哈哈",
    "加-V-芯",
    "1 3 8",
]
# What disguised words are made of, and what they stand beside.
PARTS = [
    *PIECES,
    *"薇v加微信裙群逼你女马尔号十+：❤🐴🐧菠菜兼职贷扣莪伱迣鎅",
    *("亻尔", "jia", "wei", "xin", "耳只", "衣伍扒零", "kuan", "sb", "尼玛", "abc123", "13800"),
]
MADE = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
DISGUISED = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)
ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
ANY = st.text(ANY_CHARACTER, max_size=60) | MADE
# Text no rule has reason to touch: words, sentence marks, no single letters kept apart.
HAN = st.lists(
    st.sampled_from("今天下雨出门记得带伞明早九点见面吃饭电影散场路灯亮了"),
    min_size=2,
    max_size=12,
    unique=True,
).map("".join)
LATIN = st.lists(st.sampled_from(string.ascii_letters), min_size=2, max_size=9, unique=True).map(
    "".join
)
NUMBER = st.integers(10, 10**11).map(str)
SENTENCE = st.lists(
    st.tuples(HAN | LATIN | NUMBER, st.sampled_from(["", "，", "。", "！", ", ", "? ", "；"])),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(word + mark for word, mark in parts))


def read(text: str) -> str:
    return NORMALISER(text).text


def check_map(normalised: Normalised) -> None:
    text, original = normalised.text, normalised.original
    assert len(text) == len(normalised.starts) == len(normalised.ends)
    previous = 0
    for start, end in zip(normalised.starts, normalised.ends, strict=True):
        assert 0 <= start < end <= len(original)
        assert start >= previous
        previous = start


@READING
@given(ANY | DISGUISED)
@example("")
@example("\ud800")
@example("a" + "\u0301\u0323" * 60)
@example("👨‍👩‍👧‍👦🇨🇳🏳️‍🌈1️⃣")
@example("#a#b#c#")
@example("\u0301\u0301")
@example("//// / /全文")
def test_any_text_is_read_and_mapped(text: str) -> None:
    normalised = NORMALISER(text)
    assert normalised.original == text
    check_map(normalised)
    normalised.text.encode("utf-8")  # no lone surrogate is left for a tokenizer to stumble over
    unseen = {"Cc", "Cf", "Cs"}
    assert not [c for c in normalised.text if unicodedata.category(c) in unseen]
    assert normalised.text == normalised.text.strip(" /")
    assert "  " not in normalised.text


@READING
@given(ANY | DISGUISED)
def test_every_character_came_from_its_span(text: str) -> None:
    normalised = NORMALISER(text)
    places = zip(normalised.text, normalised.starts, normalised.ends, strict=True)
    for character, start, end in places:
        span = text[start:end]
        if character in span or character == " " or len(span) > 1:
            continue  # unchanged, a mark's stand-in, or read from several characters at once
        assert character in read_alone(span), (character, span)


def read_alone(character: str) -> str:
    """What one character may read as: alone, among letters, as a digit, as its part, in a word."""
    table = tables()
    return "".join(
        (
            read(f"好{character}好"),
            {"乾": "干乾", "著": "着著", "瞭": "了瞭"}.get(character, ""),
            *(
                found
                for folded in FOLD[character]
                for found in (
                    table.confusables.get(folded, ""),
                    table.digits.get(folded, ""),
                    table.components.get(folded, ""),
                    *(reads for written, reads, *_ in table.words if folded.lower() in written),
                )
            ),
        )
    )


@READING
@given(MADE)
def test_words_that_nothing_else_reads_as_lie_in_their_spans(text: str) -> None:
    normalised = NORMALISER(text)
    for character, start, end in zip(
        normalised.text, normalised.starts, normalised.ends, strict=True
    ):
        if character in "领取哈":
            assert character in text[start:end]


@settings(deadline=None, max_examples=400)
@given(ANY | DISGUISED)
@example("\u2028sb\nsbsb")
@example("好看全文全文")
@example("#a#b#c#")
@example("@a@b@c 好")
@example("乾坤著名的头髮")
def test_a_second_reading_changes_nothing(text: str) -> None:
    once = read(text)
    assert read(once) == once


@READING
@given(SENTENCE)
def test_plain_text_changes_in_width_only(text: str) -> None:
    narrow = text.translate(str.maketrans("，！？；", ",!?;"))
    assert read(text) == narrow.strip()


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        # Separators and ornaments between characters.
        ("加-V-芯", "加微信"),
        ("免 费 领 取", "免费领取"),
        ("免.费.领.取", "免费领取"),
        ("░兼░职░招人", "░兼职招人"),
        ("加★微★信", "加微信"),
        ("首存 1 0 0 送 5 8", "首存100送58"),
        ("加，微，信", "加微信"),
        # Width, invisible characters, letters of other alphabets.
        ("ＡＢＣ１２３，好！", "ABC123,好!"),
        ("加\u200b微\u200d信\ufeff", "加微信"),
        ("福\u00ad利\u2060群", "福利群"),
        ("𝕊𝕂𝔼 𝟙𝟚𝟛", "SKE 123"),
        ("🈶优惠", "有优惠"),
        ("Ⓥ🅥🆅", "VVV"),
        ("①②③ Ⅷ ㎡", "123 VIII m2"),
        ("㊙️资源", "秘资源"),
        ("葛\U000e0100飾", "葛饰"),
        ("1️⃣3️⃣8️⃣", "138"),
        ("🇨🇳加油", "CN加油"),
        ("e\u0301te\u0301", "été"),
        ("a\u0336b\u0336", "ab"),
        # Traditional characters, by phrase.
        ("頭髮", "头发"),
        ("乾坤未定，衣服乾了", "乾坤未定,衣服干了"),
        ("皇后的後面", "皇后的后面"),
        ("妳們來臺灣", "你们来台湾"),
        ("著名的頭髮", "著名的头发"),
        ("看著名著，跟著走", "看著名著,跟着走"),
        # Repeats.
        ("哈哈哈哈哈哈", "哈哈哈"),
        ("太好了！！！！！！", "太好了!!!"),
        ("……………", "..."),
        ("好的     走吧\n\n\n散了", "好的 走吧 散了"),
        # Marks of platforms.
        ("看https://t.cn/A6abc这个", "看 这个"),
        ("看http://www.a.cn/x?y=1好", "看 网址 好"),
        ("上 www.a.cn 看", "上 网址 看"),
        ("看http://a.cn/x，再说", "看 网址 ,再说"),
        ("看HTTP://A.CN/x", "看 网址"),
        ("@小明 你好", "@ 你好"),
        ("转发//@某某：好", "转发//@:好"),
        ("【通知】明天停水", "通知 明天停水"),
        ("[图片]好", "图片 好"),
        ("#春天在路上#山下", "春天在路上 山下"),
        ("他说了很多…全文", "他说了很多"),
        ("后来呢...展开全文", "后来呢"),
        ("好看 O网页链接", "好看"),
        ("某某的微博视频 真好", "真好"),
    ],
)
def test_disguise_and_marks_are_undone(text: str, read_as: str) -> None:
    normalised = NORMALISER(text)
    assert normalised.text == read_as
    check_map(normalised)


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "400-000-7719",
        "1 2 3 4 5",
        "1000000000",
        "5-6-7",
        "价格5-6-7元",
        "10:30-11:30",
        "2026-03-01",
        "1.2.3.4",
        "a b c d",
        "I am a dog, ok",
        "This is a plain English sentence, a b-test.",
        "a@b.com",
        "和/或",
        "来,来,来",
        "C++ 和 C#,A/B 测试",
        "cat.cn/Ab1",
        "杯子打坏了",
        "他-她",
        "一、二、三、四",
        "###",
        "今天下雨,出门记得带伞。",
        "周末和朋友去看了电影,散场的时候路灯都亮了。",
        "😂👍🎉",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    normalised = NORMALISER(text)
    assert normalised.text == text
    assert list(normalised.starts) == list(range(len(text)))


def test_a_found_phrase_is_shown_in_the_original() -> None:
    text = "快来 加-V-芯 abc，ﬁne"
    normalised = NORMALISER(text)
    begin = normalised.text.index("加微信")
    assert text[slice(*normalised.span(begin, begin + 3))] == "加-V-芯"
    begin = normalised.text.index("fine")
    assert text[slice(*normalised.span(begin, begin + 1))] == "ﬁ"
    assert text[slice(*normalised.span(begin + 2, begin + 4))] == "ne"


def test_a_topic_keeps_the_place_of_its_words() -> None:
    text = "看#春天在路上#吧"
    normalised = NORMALISER(text)
    begin = normalised.text.index("春天")
    assert text[slice(*normalised.span(begin, begin + 2))] == "春天"
    assert text[slice(*normalised.span(0, len(normalised.text)))] == text


def test_a_link_is_shown_whole() -> None:
    text = "看 http: //x.cn/abc 吧"
    normalised = NORMALISER(text)
    begin = normalised.text.index("网址")
    assert "http: //x.cn/abc" in text[slice(*normalised.span(begin, begin + 2))]


def test_a_span_outside_the_text_is_refused() -> None:
    normalised = NORMALISER("好的")
    assert normalised.span(2, 2) == (2, 2)
    assert normalised.span(1, 1) == (1, 1)
    for start, end in [(-1, 1), (0, 3), (2, 1)]:
        with pytest.raises(IndexError, match="outside a text of 2"):
            normalised.span(start, end)


@pytest.mark.parametrize(
    "piece",
    [
        *("\u0301\u0323", "/ ", "分享自", "他的微", "#a", "好-", "全文 ", "@", "http:", "░▒", "1 "),
        *("加,", "v ", "菠菜", "亻尔", "一二", "加v ", "迣"),
    ],
)
def test_the_cost_of_hostile_text_grows_with_its_length(piece: str) -> None:
    short, long = (processor_time("a" + piece * count + "a") for count in (2_000, 16_000))
    assert long < 24 * short + 0.02  # eight times as much text; a square would be 64 times


def processor_time(text: str) -> float:
    """Return the least processor seconds of three readings."""
    spent = []
    for _ in range(3):
        begin = process_time()
        read(text)
        spent.append(process_time() - begin)
    return min(spent)


def test_the_version_travels_with_a_release() -> None:
    stored = NORMALISER.to_json()
    assert stored["version"] == VERSION
    assert stored["tables"] == tables().fingerprint
    assert Normaliser.from_json(stored).version == VERSION


@pytest.mark.parametrize("stored", [{}, {"version": "1"}, {"version": 1}, {"version": ["2"]}])
def test_an_unknown_version_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ReleaseError, match="retrain the release or install the code"):
        Normaliser.from_json(stored)
