"""Disguises keep what people read, change what lists catch, and repeat under the same Random."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.disguise import TRANSFORMS, disguise

AD = "加微信免费领取红包，兼职日结，联系QQ 12345678"
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="加微信群免费看片你妈死了今天天气好去吧垃圾abQ1 ，。!", max_size=60),
)


@pytest.mark.parametrize("name", TRANSFORMS)
@given(text=TEXTS, seed=st.integers(0, 999), share=st.none() | st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_disguise_repeats_is_not_blank_and_stays_short(
    name: str, text: str, seed: int, share: float | None
) -> None:
    written = TRANSFORMS[name](text, random.Random(seed), share)
    assert written == TRANSFORMS[name](text, random.Random(seed), share)
    assert bool(written.strip()) >= bool(text.strip())
    assert len(written) <= 8 * len(text)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_an_advertisement_is_changed_and_differs_between_seeds(name: str) -> None:
    written = {TRANSFORMS[name](AD, random.Random(seed), 0.5) for seed in range(12)}
    assert AD not in written
    assert len(written) > 1


@pytest.mark.parametrize("name", TRANSFORMS)
def test_names_are_plain(name: str) -> None:
    assert name.isascii()
    assert name.isidentifier()


@pytest.mark.parametrize(
    ("name", "text", "among"),
    [
        ("homophone", "微信", {"薇信", "威信", "V信", "卫星"}),
        ("split_character", "你", {"亻尔"}),
        ("split_character", "去", {"土厶"}),
        ("emoji", "有", {"🈶"}),
        ("emoji", "爱", {"❤", "💕"}),
        ("pinyin_initials", "加微信", {"jwx", "jia wei xin", "加wx", "jiaweixin"}),
        ("traditional", "联系我们", {"聯繫我們"}),
        ("full_width", "QQ", {"ＱＱ", "ℚℚ", "Ⓠ" * 2}),
    ],
)
def test_the_ways_of_evaders_are_among_them(name: str, text: str, among: set[str]) -> None:
    written = {TRANSFORMS[name](text, random.Random(seed), 1.0) for seed in range(300)}
    assert written & among


def test_words_that_lists_catch_are_disguised_before_others() -> None:
    text = "昨天路过公园看见有人在那里发传单说加微信"
    changed = [TRANSFORMS["homophone"](text, random.Random(seed), 0.1) for seed in range(50)]
    assert sum("加微信" not in written for written in changed) > 35
    assert all(written.startswith("昨天路过") for written in changed if "加微信" not in written)


def test_the_share_says_how_much_is_changed() -> None:
    text = "山上的风很大所以我们在亭子里坐了半个下午才慢慢走回来"

    def kept(share: float) -> int:
        seeds = range(20)
        texts = [TRANSFORMS["emoji"](text, random.Random(seed), share) for seed in seeds]
        return sum(a in written for a in text for written in texts)

    assert kept(0.1) > kept(0.5) > kept(1.0)


def test_what_is_not_seen_leaves_what_is_seen() -> None:
    written = TRANSFORMS["zero_width"](AD, random.Random(1), 0.5)
    seen = [c for c in written if unicodedata.category(c) not in {"Cf", "Mn"}]
    assert "".join(seen) == AD


def test_several_disguises_join() -> None:
    written = [disguise(AD, random.Random(seed)) for seed in range(30)]
    assert written == [disguise(AD, random.Random(seed)) for seed in range(30)]
    assert len(set(written)) > 25
    assert disguise("", random.Random(0)) == ""
