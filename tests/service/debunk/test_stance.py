from __future__ import annotations

import pytest

from models.normaliser import Normaliser
from service.debunk.grams import key_of, positions_of
from service.debunk.nearness import NearIndex
from service.debunk.stance import AROUND, ENDS, SHORT, Span, denies, stance
from tests.service.debunk.stance_posts import ASKS, ASSERTS, CRAB, DEBUNKS, MICROWAVE

normaliser = Normaliser()


def read(claim: str, post: str) -> tuple[str, str, Span | None]:
    """The post and the claim as they are read, and where the claim stands in the post."""
    text, key = normaliser(post).text, key_of(normaliser(claim).text)
    near = next(iter(NearIndex([key]).find(key_of(text))), None)
    places = positions_of(text)
    return text, key, (places[near.start], places[near.end - 1] + 1) if near else None


@pytest.mark.parametrize(
    ("expected", "claim", "post"),
    [
        *(("asserts", *pair) for pair in ASSERTS),
        *(("debunks", *pair) for pair in DEBUNKS),
        *(("asks", *pair) for pair in ASKS),
    ],
)
def test_how_a_post_stands_to_the_claim(expected: str, claim: str, post: str) -> None:
    text, key, span = read(claim, post)
    assert span is not None
    assert stance(text, key, span) == expected


def test_there_are_enough_examples_of_each() -> None:
    assert min(len(ASSERTS), len(DEBUNKS), len(ASKS)) >= 20
    assert len({post for _, post in (*ASSERTS, *DEBUNKS, *ASKS)}) >= 80


def test_found_by_meaning_the_whole_post_is_read() -> None:
    assert stance("柿子配螃蟹有毒是谣言，放心吃。", CRAB, None) == "debunks"
    assert stance("柿子配螃蟹当心中毒。", CRAB, None) == "asserts"
    assert stance("柿子配螃蟹有毒，真的吗？", CRAB, None) == "asks"


def test_in_a_long_post_only_cues_near_the_claim_or_at_an_end_count() -> None:
    filler = "今天去菜场转了一圈，买了些青菜和豆腐，回家做了一桌子菜。" * 30
    far = f"{filler}网上另一件事被辟谣了。{filler}{MICROWAVE}。{filler}"
    assert len(far) > SHORT
    start = far.index(MICROWAVE)
    assert stance(far, MICROWAVE, (start, start + len(MICROWAVE))) == "asserts"
    near = f"{filler}{MICROWAVE}，这是谣言。{filler}"
    start = near.index(MICROWAVE)
    assert stance(near, MICROWAVE, (start, start + len(MICROWAVE))) == "debunks"
    headed = f"辟谣：网上的几种说法。{filler}{MICROWAVE}。{filler}"
    start = headed.index(MICROWAVE)
    assert start > ENDS + AROUND
    assert stance(headed, MICROWAVE, (start, start + len(MICROWAVE))) == "debunks"


@pytest.mark.parametrize(
    ("passage", "claim", "expected"),
    [
        ("白开水能喝", "白开水不能喝", True),
        ("白开水不能喝", "白开水不能喝", False),
        ("能不能喝白开水", "白开水能喝", False),
        ("不得不承认有毒", "有毒", False),
        ("未来会发生", "会发生", False),
        ("没有毒", "有毒", True),
    ],
)
def test_an_odd_negation_denies(passage: str, claim: str, *, expected: bool) -> None:
    assert denies(passage, claim) is expected
