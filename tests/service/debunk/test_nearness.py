from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.debunk.grams import LONGEST, grams, key_of, positions_of
from service.debunk.nearness import LEAST, NearIndex, resemblance
from tests.service.debunk.made import CLAIM, OTHER

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=12, max_size=80)
ANY = st.text(max_size=60)


@given(ANY)
def test_a_key_and_its_places_belong_together(text: str) -> None:
    key, places = key_of(text), positions_of(text)
    assert len(key) == len(places)
    assert all(key[i] in text[place].lower() for i, place in enumerate(places))
    assert places == sorted(places)


@given(ANY, st.integers(1, LONGEST))
def test_equal_grams_are_equal_numbers(text: str, length: int) -> None:
    pieces = [text[i : i + length] for i in range(len(text) - length + 1)] or [text][: len(text)]
    numbers = grams(text, length).tolist()
    assert len(numbers) == len(pieces)
    assert len(set(numbers)) == len(set(pieces))


def test_a_gram_has_no_number_beyond_the_longest() -> None:
    with pytest.raises(ValueError, match="1 to 3"):
        grams("四个汉字", LONGEST + 1)


@given(HAN, st.text(max_size=20), st.text(max_size=20))
def test_a_wording_inside_a_post_is_found_whole(wording: str, before: str, after: str) -> None:
    key = key_of(before + wording + after)
    found = NearIndex([wording]).find(key)[0]
    assert found.containment == 1.0
    start = key.index(wording)
    # A wording that repeats itself may be found in any of its repetitions.
    assert found.start <= start + len(wording)


@given(HAN, st.data())
def test_one_changed_character_leaves_a_wording_recognisable(
    wording: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(wording) - 1))
    changed = f"{wording[:place]}囍{wording[place + 1 :]}"
    assert NearIndex([wording]).find(changed)[0].containment >= 0.6


def test_words_far_apart_do_not_add_up() -> None:
    rng = random.Random(1)
    filler = ["".join(chr(0x5000 + rng.randrange(5000)) for _ in range(120)) for _ in range(5)]
    pieces = [CLAIM[0:4], CLAIM[3:7], CLAIM[6:9], CLAIM[8:11]]
    post = "".join(f + p for f, p in zip(filler, pieces, strict=False))
    assert all(near.containment < LEAST for near in NearIndex([CLAIM]).find(post))


def test_the_best_wording_comes_first_and_says_where_it_stands() -> None:
    index = NearIndex([OTHER, CLAIM, CLAIM[:-2] + "头晕"])
    found = index.find(f"听说{CLAIM}快转发")
    assert [near.row for near in found] == [1, 2]
    assert (found[0].start, found[0].end) == (2, 2 + len(CLAIM))


def test_a_negation_at_the_edge_lies_inside_the_passage() -> None:
    key = "喝醋不可以软化血管该吃药"
    found = NearIndex(["喝醋可以软化血管"]).find(key)[0]
    assert key[found.start : found.end].startswith("喝醋不可以软化血管")


def test_nothing_is_found_in_nothing() -> None:
    assert NearIndex([]).find(CLAIM) == []
    assert NearIndex([CLAIM]).find("") == []


@given(HAN, HAN)
def test_resemblance_is_symmetric_and_one_for_the_same(first: str, second: str) -> None:
    assert resemblance(first, first) == 1.0
    assert resemblance(first, second) == resemblance(second, first)
