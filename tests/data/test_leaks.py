from __future__ import annotations

import pytest

from data.leaks import find_leaks
from data.schema import Example
from data.split import CALIBRATION, TEST, TEST_TIME, TRAIN
from tests.data.made import as_it_is, example, words

LONG = words("long", 60)


def posts(*texts: str) -> list[Example]:
    return [example(text, id=f"{i}") for i, text in enumerate(texts)]


@pytest.mark.parametrize("place", [CALIBRATION, TEST, TEST_TIME])
@pytest.mark.parametrize(
    ("train", "held_out"),
    [(LONG, LONG), (LONG, f"{LONG[:30]}，{LONG[30:]}！"), (LONG, LONG[:-1] + "尾"), ("短", "短。")],
    ids=["equal", "punctuation", "near", "short"],
)
def test_a_planted_leak_is_found(train: str, held_out: str, place: str) -> None:
    examples = posts(words(1), held_out, words(2), train, words(3))
    (leak,) = find_leaks(examples, [TRAIN, place, place, TRAIN, place], as_it_is)
    assert (leak.held_out, leak.split, leak.train) == ("1", place, "3")
    assert 0.8 <= leak.similarity <= 1


def test_the_nearest_training_post_is_named() -> None:
    examples = posts(LONG[:-2] + "别尾", LONG, LONG + "。")
    (leak,) = find_leaks(examples, [TRAIN, TRAIN, TEST], as_it_is)
    assert (leak.train, leak.similarity) == ("1", 1.0)


def test_posts_of_one_side_are_no_leak() -> None:
    examples = posts(LONG, LONG, words(1), words(1))
    assert find_leaks(examples, [TRAIN, TRAIN, TEST, CALIBRATION], as_it_is) == []


def test_different_posts_are_no_leak() -> None:
    examples = posts("加我微信领红包", "加我微信领红酒", LONG, words(1))
    assert find_leaks(examples, [TRAIN, TEST, TRAIN, TEST], as_it_is) == []


def test_what_the_normaliser_makes_equal_is_a_leak() -> None:
    examples = posts("ＡＢ", "AB")
    leaks = find_leaks(examples, [TRAIN, TEST], lambda text: text.replace("ＡＢ", "AB"))
    assert len(leaks) == 1


def test_nothing_has_no_leaks() -> None:
    assert find_leaks([], [], as_it_is) == []
    assert find_leaks(posts(LONG), [TEST], as_it_is) == []
