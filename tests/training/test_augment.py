"""Augmentation changes some posts, whatever their label, and never blanks one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.augment import STRETCH, Augment, AugmentSettings, noise

POST = "昨天加了微信群，老板说这个月的货明天到，大家别着急。"


@given(text=st.text(max_size=80), seed=st.integers(0, 9_999))
@settings(max_examples=200, deadline=None)
def test_it_repeats_under_the_same_random_and_never_blanks(text: str, seed: int) -> None:
    augment = Augment(AugmentSettings(disguise=0.5, noise=0.5, noise_share=1))
    changed = augment(text, random.Random(seed))
    assert changed == augment(text, random.Random(seed))
    assert bool(changed.strip()) >= bool(text.strip())


def test_posts_are_left_alone_as_often_as_the_settings_say() -> None:
    rng = random.Random(3)
    augment = Augment(AugmentSettings(disguise=0.2, noise=0.2))
    kept = sum(augment(POST, rng) == POST for _ in range(1_000))
    assert 600 < kept < 760  # 0.64 of them, and those that a change found nothing in


def test_without_disguise_and_noise_nothing_changes() -> None:
    augment = Augment(AugmentSettings(disguise=0, noise=0, unpunctuated=0))
    assert all(augment(POST, random.Random(seed)) == POST for seed in range(50))


def test_one_stretch_of_a_long_post_is_changed() -> None:
    post = "".join(chr(0x4E00 + place) for place in range(4_000))
    augment = Augment(AugmentSettings(disguise=1, noise=1))
    for seed in range(20):
        changed = augment(post, random.Random(seed))
        same = sum(a == b for a, b in zip(post, changed, strict=False))
        same_end = sum(a == b for a, b in zip(post[::-1], changed[::-1], strict=False))
        assert same + same_end >= len(post) - STRETCH


@pytest.mark.parametrize("seed", range(12))
def test_noise_keeps_most_of_a_post(seed: int) -> None:
    changed = noise(POST, random.Random(seed), 0.1)
    assert len(set(POST) & set(changed)) > 0.7 * len(set(POST))
