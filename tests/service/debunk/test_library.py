from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from service.debunk.library import MOST_MATCHES, DebunkLibrary, version_of
from service.debunk.meaning import normalised
from service.debunk.ranking import DEFAULT
from service.debunk.segment import Candidate
from tests.service.debunk.made import CLAIM, OTHER, entry, library, normaliser, read, vectors


def test_a_repeated_claim_is_confirmed_with_its_answer() -> None:
    source = {"name": "科普中国", "url": "https://www.kepuchina.cn/"}
    known = entry(summary="没有依据。", sources=[{"name": "医生"}, source], as_of="2026-11-22")
    (match,) = library(known, entry("oven", OTHER)).find(read(f"快看！{CLAIM}，转发给家人"), None)
    assert (match.id, match.claim, match.verdict, match.summary) == (
        "crab",
        CLAIM,
        "false",
        "没有依据。",
    )
    assert (match.url, match.as_of) == ("https://www.kepuchina.cn/", "2026-11-22")
    assert (match.match, match.similarity, match.quoted) == ("confirmed", 1.0, False)


@pytest.mark.parametrize(
    "post",
    [
        "螃 蟹 和 柿 子 一 起 吃 会 中 毒",
        "螃蟹和柿子，一起吃！会中毒",
        "螃蟹和柿孑一起吃会中毒",
        "蟹和柿子一起吃会中毒的，记住了",
        "【#螃蟹和柿子#】一起吃会中毒",
    ],
)
def test_small_edits_do_not_hide_a_claim(post: str) -> None:
    (match,) = library(entry()).find(read(post), None)
    assert match.match == "confirmed"


def test_a_variant_and_a_title_are_searched_too() -> None:
    held = library(entry(variants=["柿子配大闸蟹等于砒霜"]))
    (match,) = held.find(read("大家小心", title="柿子配大闸蟹等于砒霜"), None)
    assert (match.id, match.match) == ("crab", "confirmed")


def test_words_of_the_answer_suggest_an_entry() -> None:
    held = library(entry(summary="柿子里的鞣酸遇到蛋白质会凝结，空腹多吃可能形成胃石。"))
    held.ranking = replace(DEFAULT, least_words=0.5)
    (match,) = held.find(read("柿子里的鞣酸遇到蛋白质会凝结，就成了胃石"), None)
    assert match.match == "suggested"


@pytest.mark.parametrize(
    "post", ["", "！！", "今天天气真好，出去走走", "螃蟹今天多少钱一斤", "中毒"]
)
def test_what_says_something_else_matches_nothing(post: str) -> None:
    assert library(entry(), entry("oven", OTHER)).find(read(post), None) == []


def test_a_quoting_debunk_is_marked() -> None:
    held = library(entry())
    assert held.find(read(f"辟谣：{CLAIM}没有依据"), None)[0].quoted
    assert held.find(read(f"{CLAIM}，是真的吗？"), None)[0].quoted
    assert held.find(read("螃蟹和柿子一起吃不会中毒"), None)[0].quoted


def test_meaning_finds_what_words_do_not() -> None:
    held = library(entry(), entry("oven", OTHER), crab=vectors([1, 0, 0]), oven=vectors([0, 1, 0]))
    held.ranking = replace(DEFAULT, unrelated=0.1, spread=0.1, words=0.3)
    post = read("海鲜搭配秋天的水果当心进医院")
    (match,) = held.find(post, vectors([0.9, 0.1, 0.2]))
    assert (match.id, match.match) == ("crab", "suggested")
    assert held.find(post, None) == []
    assert held.find(post, vectors([0, 0, 1])) == []


def test_one_window_of_a_long_post_is_enough() -> None:
    held = library(entry(), crab=vectors([1, 0, 0]))
    held.ranking = replace(DEFAULT, unrelated=0.1, spread=0.1, words=0.3)
    windows = vectors([0, 1, 0], [0, 0, 1], [0, 1, 0.1], [1, 0.1, 0])
    assert [match.id for match in held.find(read("很长的一篇文章，讲了很多事情"), windows)] == [
        "crab"
    ]


def test_meaning_is_left_aside_where_it_says_nothing() -> None:
    held = library(entry(), crab=vectors([1, 0]))
    assert DEFAULT.words == 1.0
    assert held.find(read("海鲜搭配秋天的水果当心进医院"), vectors([1, 0])) == []


def test_expired_entries_match_no_more() -> None:
    held = library(entry(expires="2026-11-21"))
    post = read(CLAIM)
    assert held.find(post, None, datetime(2026, 11, 21, 15, 59, tzinfo=UTC))
    assert not held.find(post, None, datetime(2026, 11, 21, 16, 0, tzinfo=UTC))
    assert not held.search(CLAIM, None, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_surest_come_first_and_not_too_many() -> None:
    entries = [entry(f"e{n}", f"螃蟹和柿子一起吃会中毒{'呀' * n}") for n in range(8)]
    found = library(*entries).find(read(CLAIM), None)
    assert len(found) == MOST_MATCHES
    assert found[0].id == "e0"
    assert [match.similarity for match in found] == sorted(
        (match.similarity for match in found), reverse=True
    )


def test_a_search_answers_with_the_nearest_however_far() -> None:
    held = library(entry(), entry("oven", OTHER))
    found = held.search("柿子", None, limit=1)
    assert [(match.id, match.match) for match in found] == [("crab", "suggested")]
    assert [match.id for match in held.search(f"{CLAIM}{OTHER}", None)] == ["crab", "oven"]


def test_changes_take_effect_and_change_the_version() -> None:
    held = library(entry())
    first = held.version
    held.load([entry(revision="2", claim=OTHER)], {})
    assert held.version != first
    assert held.find(read(CLAIM), None) == []
    assert held.find(read(OTHER), None)[0].id == "crab"
    held.load([], {})
    assert held.version == version_of({}) == DebunkLibrary(normaliser).version
    assert held.find(read(OTHER), None) == []


def test_it_answers_the_same_after_it_was_indexed_anew() -> None:
    entries = [entry(f"e{n}", f"第{n}号仓库昨夜失火烧了三天三夜") for n in range(40)]
    held = library(*entries, entry())
    posts = [read(CLAIM), read("第七号仓库昨夜失火"), read("第12号仓库昨夜失火烧了三天三夜")]
    before = [held.find(post, None) for post in posts]
    held.rebuild()
    assert len(held.snapshot.fresh.tokens) == 0
    assert [held.find(post, None) for post in posts] == before
    held.load([*entries[1:], entry(revision="2", claim=OTHER)], {})
    assert set(held.snapshot.fresh.tokens) == {"crab"}
    assert held.snapshot.stale == {"crab", "e0"}
    assert held.find(posts[0], None) == []
    assert held.find(read(OTHER), None)[0].id == "crab"


def test_vectors_that_come_later_are_taken_over() -> None:
    held = library(entry())
    held.rebuild()
    held.load([entry()], {"crab": vectors([1, 0])})
    assert set(held.snapshot.fresh.tokens) == {"crab"}
    held.load([entry()], {})
    assert held.snapshot.items["crab"].vectors is not None


def test_posts_are_searched_while_entries_change() -> None:
    held = library(*[entry(f"e{n}", f"{CLAIM}{n}") for n in range(30)])
    faults: list[Exception] = []
    post = read(CLAIM)

    def search() -> None:
        try:
            for _ in range(60):
                assert held.find(post, None)
        except Exception as error:  # noqa: BLE001  told by the thread that started this one
            faults.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(15):
        held.load([entry(f"e{k}", f"{CLAIM}{k}", f"r{n}") for k in range(n, 30)], {})
        held.rebuild()
    for thread in threads:
        thread.join()
    assert not faults


@pytest.mark.parametrize(
    ("candidate", "length", "expected"),
    [
        (Candidate("a", 0.0, None, near=0.7, wording="一二三四五六七八九十"), 20, "confirmed"),
        (Candidate("a", 0.0, None, near=0.7, wording="一二三四五六"), 20, None),
        (Candidate("a", 0.0, None, near=1.0, wording="一二三四五六"), 4, "confirmed"),
        (Candidate("a", 0.21, None), 20, "suggested"),
        (Candidate("a", 0.21, None), 5, None),
        (Candidate("a", 0.19, None), 20, None),
        (Candidate("a", 0.61, None), 20, "confirmed"),
    ],
)
def test_what_is_said_of_a_candidate(
    candidate: Candidate, length: int, expected: str | None
) -> None:
    assert DEFAULT.match(candidate, length) == expected
    told = DEFAULT.similarity(candidate)
    assert 0 <= told <= 1
    assert (told >= 0.5) or expected is None


@pytest.mark.parametrize("words", [1.0, 0.5])
@pytest.mark.parametrize("cosine", [None, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("lexical", [0.0, 0.1, 0.19, 0.21, 0.4])
def test_what_is_worth_telling_is_what_is_told(
    lexical: float, cosine: float | None, words: float
) -> None:
    ranking = replace(DEFAULT, unrelated=0.2, spread=0.1, words=words)
    (worth,) = ranking.worth(
        np.array([lexical]), np.array([np.nan if cosine is None else cosine])
    ).tolist()
    assert worth == (ranking.match(Candidate("a", lexical, cosine), 20) is not None)


def test_meaning_puts_in_order_what_words_have_found() -> None:
    held = library(
        entry("worded", "柿子树下的螃蟹养殖场"),
        entry("meant", OTHER),
        worded=vectors([0, 1]),
        meant=vectors([1, 0]),
    )
    asked = "螃蟹养殖场"
    for meant, first in ((0.0, "worded"), (11.0, "meant")):
        held.ranking = replace(DEFAULT, unrelated=0.1, spread=0.1, words=0.9, meant=meant)
        assert held.search(asked, vectors([1, 0]))[0].id == first


def test_a_large_library_answers_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    entries = [
        entry(f"e{n}", f"第{n}号仓库{chr(0x4E00 + 31 * n)}{chr(0x5E00 + 17 * n)}昨夜失火")
        for n in range(120)
    ]
    held_vectors = {one.id: normalised(rng.normal(size=(2, 16))) for one in entries[::2]}
    ranking = replace(DEFAULT, unrelated=0.0, spread=0.1, words=0.5)
    post, asked = (
        read(f"听说{entries[7].content.claim}，快看"),
        normalised(rng.normal(size=(1, 16))),
    )
    answers = []
    for few, flat in ((1_000, 4_096), (10, 16)):
        monkeypatch.setattr("service.debunk.segment.FEW", few)
        monkeypatch.setattr("service.debunk.lexical.FLAT", flat)
        held = library(*entries, **held_vectors)
        held.ranking = ranking
        answers.append(held.find(post, asked))
    assert answers[0][0].id == "e7"
    assert answers[0] == answers[1]
