"""Bursts: counted by author and by time, bounded, and forgotten."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

from service.rule.burst import (
    LEAST_TOKENS_OF_MANY,
    PERIOD,
    TIMES_OF_AUTHOR,
    TIMES_OF_MANY,
    Bursts,
    resemblance,
    sketch,
)
from service.rule.service import RuleBook
from service.rule.tokens import tokens_of
from tests.service.posts import read

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TEXT = "本小区二手家具清仓，沙发茶几书柜都有，价格好说，先到先得，晚了就没有了。"
SECOND = timedelta(seconds=1)


def floods(
    book: RuleBook, text: str, author: str | None, now: datetime, post: str | None = None
) -> bool:
    return any(hit.code == "rule.flood" for hit in book.match(read(text), author, now, post))


def test_an_author_who_repeats_himself_floods_from_the_fourth_post_on() -> None:
    book = RuleBook()
    found = [floods(book, TEXT, "u1", NOW + SECOND * n) for n in range(6)]
    assert found == [False] * (TIMES_OF_AUTHOR - 1) + [True] * 3
    (hit,) = book.match(read(TEXT), "u1", NOW + SECOND * 9)
    assert "同一作者" in hit.note
    assert "第 7 次" in hit.note


def test_small_changes_do_not_help() -> None:
    book = RuleBook()
    texts = [
        TEXT.replace("二手", f"{n} 手").replace("沙发", word) for n, word in enumerate("床柜灯椅")
    ]
    assert [floods(book, text, "u1", NOW) for text in texts] == [False, False, False, True]


def test_other_posts_and_other_times_are_no_burst() -> None:
    book = RuleBook()
    posts = [
        "早上的豆浆油条真好吃，老板还多送了一个茶叶蛋。",
        "中午食堂的红烧肉有点咸，不过土豆炖得很入味。",
        "下午开会开到五点半，投影仪坏了两次，大家都很累。",
        "晚上去河边走了一圈，风有点凉，遇到三只遛弯的狗。",
        "睡前看了半本小说，讲一个修钟表的人，明天接着看。",
    ]
    assert not any(floods(book, text, "u1", NOW) for text in posts)
    for _ in range(TIMES_OF_AUTHOR):
        floods(book, TEXT, "u3", NOW)
    assert not floods(book, TEXT, "u3", NOW - SECOND)
    slow = [NOW + PERIOD * n for n in range(8)]
    assert not any(floods(book, TEXT, "u2", moment) for moment in slow)


def test_several_authors_make_a_burst_together() -> None:
    book = RuleBook()
    found = [floods(book, TEXT, f"u{n}", NOW + SECOND * n) for n in range(TIMES_OF_MANY)]
    assert found == [False] * (TIMES_OF_MANY - 1) + [True]
    assert not floods(book, TEXT, None, NOW)


def test_what_many_say_in_few_words_is_a_greeting() -> None:
    book, text = RuleBook(), "祝大家新年快乐万事如意身体健康"
    assert len(tokens_of(text)) < LEAST_TOKENS_OF_MANY
    assert not any(floods(book, text, f"u{n}", NOW) for n in range(20))
    for text in ("哈哈哈哈", "顶", "666666", "加油"):
        assert not any(floods(book, text, "u1", NOW) for _ in range(20))


def test_a_post_that_is_sent_again_counts_once() -> None:
    book = RuleBook()
    assert not any(floods(book, TEXT, "u1", NOW, "42") for _ in range(10))


def test_without_an_author_the_answer_depends_on_the_post_alone() -> None:
    book = RuleBook()
    assert not any(floods(book, TEXT, None, NOW) for _ in range(20))
    assert not floods(book, TEXT, "u1", NOW)


def test_an_author_can_be_forgotten() -> None:
    book = RuleBook()
    for _ in range(TIMES_OF_AUTHOR):
        floods(book, TEXT, "u1", NOW)
    book.forget("u1")
    assert not floods(book, TEXT, "u1", NOW)


def test_memory_is_bounded_and_old_posts_leave() -> None:
    bursts, chance = Bursts(most_groups=50), random.Random(1)
    for n in range(500):
        words = [chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(30)]
        bursts.see(words, f"u{n}", NOW + SECOND * n)
    assert len(bursts) <= 50
    for n in range(20):
        bursts.see([chr(0x4E00 + place) for place in range(30)], "u", NOW + timedelta(hours=n + 1))
    assert len(bursts) == 1


def test_sketches_estimate_how_alike_posts_are() -> None:
    words = [chr(0x4E00 + place) for place in range(60)]
    same, near = sketch(words), sketch([*words[:30], "改", *words[31:]])
    assert resemblance(same, same) == 1
    assert resemblance(same, near) > 0.6
    assert resemblance(same, sketch(words[::-1])) == 0


def test_threads_do_not_disturb_each_other() -> None:
    bursts, faults = Bursts(most_groups=30), []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for n in range(300):
                words = [chance.choice("甲乙丙丁戊己庚辛壬癸") for _ in range(20)]
                bursts.see(words, f"u{seed}", NOW + SECOND * n)
        except Exception as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(bursts) <= 30
