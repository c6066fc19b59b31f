"""Disguised words are read beside their context and never inside an ordinary word."""

from __future__ import annotations

import pytest

from models.normaliser.contexts import Context
from models.normaliser.tables import Tables, tables
from models.normaliser.words import WordReader, lowered, reader

EMPTY = {"characters": {}, "confusables": {}, "radicals": "", "splits": {}, "components": {}}


def made(
    words: list[tuple[str, str, str, str]],
    friends: tuple[str, ...] = (),
    contexts: dict[str, dict[str, object]] | None = None,
) -> WordReader:
    return WordReader(
        Tables(
            **EMPTY,
            digits={},
            words=tuple(words),
            friends=friends,
            contexts=contexts or {},
            fingerprint="",
        )
    )


def read(words: WordReader, text: str) -> str:
    for begin, stop, new, _ in reversed(words.edits(text)):
        text = text[:begin] + new + text[stop:]
    return text


def test_the_leftmost_and_then_the_longest_form_wins() -> None:
    words = made([("薇", "微", "h", "-"), ("薇信", "微信", "h", "-"), ("信号", "X", "h", "-")])
    assert read(words, "薇信号，薇") == "微信号，微"


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("他有威信吗", "他有微信吗"),
        ("威信扫地", "威信扫地"),
        ("高威信", "高威信"),
        ("高高威信扫地威信", "高高威信扫地微信"),
    ],
)
def test_a_friend_that_overlaps_protects(text: str, read_as: str) -> None:
    words = made([("威信", "微信", "h", "-")], friends=("威信扫地", "高威"))
    assert read(words, text) == read_as


def test_a_friend_wholly_inside_does_not_protect() -> None:
    words = made([("加威信号", "加微信号", "h", "-")], friends=("威信",))
    assert read(words, "加威信号") == "加微信号"


@pytest.mark.parametrize("text", ["avx", "vxa", "xvxx"])
def test_letters_of_a_longer_run_are_left_alone(text: str) -> None:
    words = made([("vx", "微信", "a", "-"), ("v信", "微信", "h", "-")])
    assert read(words, text) == text
    assert read(words, "加VX，V信") == "加微信，微信"


def test_a_form_may_stand_with_several_contexts() -> None:
    contexts: dict[str, dict[str, object]] = {
        "digits": {"after": r"\d{5}"},
        "added": {"before": "加$", "unless_before": "增加$"},
    }
    words = made([("v", "微信", "a", "digits"), ("v", "微信", "a", "added")], contexts=contexts)
    assert read(words, "v12345 加v 增加v v") == "微信12345 加微信 增加v v"


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ({"before": "加$"}, True),
        ({"before": "减$"}, False),
        ({"before": "减$", "after": "号"}, True),
        ({"before": "减$", "after": "号", "both": True}, False),
        ({"before": "加$", "after": "号", "both": True}, True),
        ({"before": "加$", "unless_after": "号"}, False),
        ({"unless_after": "码"}, True),
        ({"before": "减$", "anywhere": "群"}, None),
        ({"anywhere": "群"}, None),
    ],
)
def test_a_context_asks_before_after_and_anywhere(
    table: dict[str, object], allowed: bool | None
) -> None:
    assert Context.from_table(table).allows("加v号", 1, 2) is allowed


def test_lower_case_keeps_one_place_a_character() -> None:
    assert lowered("İVX") == "ivx"
    assert len(lowered("İ" * 3 + "ẞ")) == 4


def test_what_a_form_reads_as_settles() -> None:
    words = reader()
    for _, reads, _, _ in tables().words:
        settled = read(words, reads)
        assert read(words, settled) == settled
