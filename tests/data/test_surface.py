"""Marks that one class carries are shown, as found and as read."""

from __future__ import annotations

from data.schema import Example
from data.surface import surface_leaks
from tests.data.made import example, words


def posts(source: str, value: int, form: str, number: int = 40) -> list[Example]:
    return [
        example(
            form.format(words((source, value, i), 12)),
            id=f"{source}-{value}-{i}",
            source=source,
            labels={"rumour": value},
        )
        for i in range(number)
    ]


def test_a_mark_of_one_class_is_shown_and_whether_reading_removes_it() -> None:
    corpus = posts("made", 0, "{}#话题#后来呢") + posts("made", 1, "{}13800138000后来呢")
    found = {leak.mark: leak for leak in surface_leaks(corpus)}
    topic, digits = found["topic"], found["digits"]
    assert (topic.before, topic.after, topic.gap) == ((1.0, 0.0), (0.0, 0.0), 0.0)
    assert digits.before == digits.after == (0.0, 1.0)
    assert digits.source == "made"
    assert digits.label == "rumour"


def test_the_widest_gap_comes_first_and_small_ones_are_left_out() -> None:
    corpus = posts("made", 0, "{}") + posts("made", 1, "{}https://a.cn 12345！")
    gaps = [leak.gap for leak in surface_leaks(corpus)]
    assert gaps == sorted(gaps, reverse=True)
    assert not surface_leaks(posts("made", 0, "{}") + posts("made", 1, "{}"))


def test_a_class_that_is_hardly_there_is_left_out() -> None:
    assert not surface_leaks(posts("made", 0, "{}") + posts("made", 1, "{}12345", number=5))
