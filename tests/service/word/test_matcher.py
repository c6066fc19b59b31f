"""Words found in posts: as they are read, at their borders, under allow words, where they stood."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from service.word.entries import Draft, lowered
from service.word.matcher import MOST_HITS_AN_ENTRY, WordMatcher
from service.word.snapshot import compile_lists
from tests.service.posts import read
from tests.service.word.made import NOW, matcher, word_list


def found(words: WordMatcher, text: str, title: str = "") -> list[tuple[str, str]]:
    return [(hit.code, hit.text) for hit in words.match(read(text, title))]


def test_a_hit_says_what_was_written_what_was_read_and_why() -> None:
    words = matcher(word_list("引流", "review", Draft("微信", ("联系",), "引导私聊")))
    text = "有意者加薇信详谈"
    (hit,) = words.match(read(text))
    assert (hit.source, hit.code, hit.kind, hit.label) == ("word", "word.引流", "review", None)
    assert text[hit.start : hit.end] == hit.text == "薇信"
    assert hit.read_as == "微信"
    assert hit.weight == 1
    assert "微信" in hit.note
    assert "引导私聊" in hit.note


def test_a_note_shows_the_beginning_of_a_long_pattern() -> None:
    pattern = "加微信|加群|私聊&" + "|".join(f"日结{n}" for n in range(9)) + "|兼职~招聘会"
    words = matcher(word_list("引流", "review", Draft(pattern, (), "引导私聊")))
    first, second = words.match(read("兼职的加微信详谈"))
    assert (first.text, second.text) == ("兼职", "加微信")
    assert first.note == second.note == f"命中词表“引流”的复核词“{pattern[:30]}…”：引导私聊"


@pytest.mark.parametrize("pattern", ["微信", "薇信", "微信 "])
def test_words_are_read_as_posts_are(pattern: str) -> None:
    words = matcher(word_list("a", "block", pattern))
    assert found(words, "加薇信聊")[0][1] == "薇信"
    assert found(words, "加微信聊")[0][1] == "微信"


def test_words_are_found_as_they_are_written_too() -> None:
    # What reads as 微信 beside a call to get in touch is only itself elsewhere.
    words = matcher(word_list("a", "block", "vx", "bad-site.cn", "薇信"))
    assert found(words, "ＶＸ 是什么缩写") == [("word.a", "ＶＸ")]
    assert found(words, "去 https://bad-site.cn/a 看")
    assert found(words, "她叫薇信") == [("word.a", "薇信")]
    assert not found(words, "微商的微，信任的信")


def test_letters_and_digits_end_where_the_word_ends() -> None:
    words = matcher(word_list("a", "block", "vx", "av", "4s"))
    assert found(words, "加VX123") == [("word.a", "VX")]
    assert found(words, "vxr 和 navy") == []
    assert found(words, "看av吗") == [("word.a", "av")]
    assert found(words, "iPhone14s") == []
    assert found(words, "去4S店保养") == [("word.a", "4S")]


def test_the_logic_of_patterns() -> None:
    words = matcher(word_list("a", "block", "加我|私聊&兼职|日结~招聘会|反诈"))
    assert found(words, "加我做兼职") == [("word.a", "加我"), ("word.a", "兼职")]
    assert found(words, "私聊，日结三百")
    assert not found(words, "兼职很多，自己找")
    assert not found(words, "加我，明天去招聘会看看兼职")
    assert not found(words, "反诈提醒：让你加我做兼职的都要小心")


def test_an_allow_word_covers_only_itself() -> None:
    words = matcher(
        word_list("毒品", "block", "大麻"), word_list("日常", "allow", "大麻烦", "大麻花")
    )
    assert [hit.kind for hit in words.match(read("遇到大麻烦，买了大麻花"))] == ["allow", "allow"]
    hits = words.match(read("大麻不是大麻烦"))
    assert [(hit.kind, hit.text, hit.weight) for hit in hits] == [
        ("block", "大麻", 1.0),
        ("allow", "大麻烦", 1.0),
    ]
    own = word_list("日常", "allow", "大麻烦")
    (idle,) = matcher(own).match(read("大麻烦来了"))
    assert idle.weight == 0
    shipped = replace(own, shipped=True)
    assert not matcher(shipped).match(read("大麻烦来了"))
    assert matcher(shipped, word_list("毒品", "block", "大麻")).match(read("大麻烦来了"))


def test_an_allow_word_must_cover_the_whole_hit() -> None:
    words = matcher(word_list("a", "block", "大麻叶"), word_list("b", "allow", "大麻"))
    assert ("word.a", "大麻叶") in found(words, "图上是大麻叶")


def test_logic_counts_only_what_is_not_allowed() -> None:
    words = matcher(word_list("a", "block", "大麻&出售"), word_list("b", "allow", "大麻烦"))
    assert ("word.a", "大麻") not in found(words, "大麻烦了，出售的房子漏水")
    assert ("word.a", "大麻") in found(words, "大麻烦了，有人出售大麻")


def test_an_allow_word_may_have_conditions() -> None:
    words = matcher(word_list("a", "block", "大麻"), word_list("b", "allow", "大麻&纺织"))
    assert [hit.kind for hit in words.match(read("大麻纤维用于纺织"))] == ["allow"] * 2
    assert [hit.kind for hit in words.match(read("大麻纤维"))] == ["block"]


def test_only_the_lists_of_a_policy_take_part() -> None:
    words = matcher(word_list("a", "block", "大麻"), word_list("b", "allow", "大麻烦"))
    fields = read("大麻烦")
    assert [hit.code for hit in words.match(fields, ("a",))] == ["word.a"]
    assert [hit.code for hit in words.match(fields, ("b",))] == ["word.b"]
    assert words.match(fields, ()) == []


def test_expiry_counts_when_a_post_is_matched() -> None:
    words = matcher(word_list("a", "block", Draft("大麻", expires=NOW + timedelta(seconds=1))))
    assert words.match(read("大麻"))
    assert words.match(read("大麻"), None, NOW)
    assert not words.match(read("大麻"), None, NOW + timedelta(seconds=1))


def test_a_word_never_reaches_from_the_title_into_the_text() -> None:
    words = matcher(word_list("a", "block", "大麻", "大 麻"))
    assert not found(words, "麻烦来了", title="事情大")
    (hit,) = words.match(read("正文没有", title="出售大麻"))
    assert (hit.field, hit.start, hit.end) == ("title", 2, 4)
    (hit,) = words.match(read("正文大麻", title="没有"))
    assert (hit.field, hit.start, hit.end) == ("text", 2, 4)


def test_of_nested_hits_of_one_list_the_longest_is_told() -> None:
    words = matcher(word_list("a", "block", "微信", "加微信"), word_list("b", "review", "微信"))
    assert found(words, "加微信") == [("word.a", "加微信"), ("word.b", "微信")]


def test_a_repeated_word_is_told_a_few_times() -> None:
    words = matcher(word_list("a", "block", "大麻"))
    assert len(found(words, "大麻，" * 50)) == MOST_HITS_AN_ENTRY


def test_lower_case_keeps_every_place() -> None:
    assert lowered("İSTANBUL大Ⅷ") == "İstanbul大ⅷ"
    words = matcher(word_list("a", "block", "vip"))
    assert found(words, "İİ VIP")[0][1] == "VIP"


def test_spans_hold_the_word_wherever_it_is_hidden() -> None:
    words, chance = matcher(word_list("a", "block", "免费领奖")), random.Random(5)
    for _ in range(200):
        noise = "".join(chance.choices("今天下雨出门带伞🎉，。 \n", k=chance.randint(0, 40)))
        hidden = chance.choice(["免费领奖", "免 费 领 奖", "免-费-领-奖", "免費領獎"])
        text = f"{noise}啊{hidden}。{noise}"
        (hit,) = words.match(read(text))
        assert text[hit.start : hit.end] == hidden


def test_a_swap_disturbs_nobody() -> None:
    one, two = (compile_lists([word_list("a", "block", *w)]) for w in (("大麻",), ("冰毒", "大麻")))
    words, fields, faults = WordMatcher(one), read("大麻和冰毒"), []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            if len(words.match(fields)) not in (1, 2):
                faults.append(1)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(2000):
        words.swap(two if n % 2 else one)
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults


def test_long_posts_full_of_words_do_not_take_long() -> None:
    words = matcher(
        word_list("a", "block", *(f"大麻{n}" for n in range(200)), "大麻"),
        word_list("b", "allow", "大麻烦", "麻烦大"),
    )
    fields = read("大麻烦" * 6000)
    start = time.process_time()
    words.match(fields)
    assert time.process_time() - start < 2


def test_the_version_follows_the_content() -> None:
    def version(*entries: str | Draft) -> str:
        return compile_lists([word_list("a", "block", *entries)]).version

    assert version("大麻", "冰毒") == version("冰毒", "大麻")
    assert len({version("大麻"), version("冰毒"), version(Draft("大麻", note="x")), version()}) == 4
