"""Test material of our own is fit for what it probes, and none of it is trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

import data
from data.probes import SLOT, IdentityWords, debunking_posts, filled, identity_words

SAMPLE = Path(data.__file__).parent / "sample"


def test_identity_words_are_many_and_each_is_said_once() -> None:
    probe = identity_words()
    words = [word for group in probe.groups.values() for word in group]
    assert len(set(words)) == len(words)
    assert not set(words) & set(probe.neutral)
    assert {"region", "gender", "ethnicity", "age", "illness", "profession"} <= set(probe.groups)
    assert all(len(group) >= 8 for group in probe.groups.values())
    assert len(set(probe.sentences)) == len(probe.sentences) >= 10
    assert SLOT not in filled(probe.sentences[0], "朋友")


def test_a_sentence_needs_one_slot() -> None:
    with pytest.raises(ValidationError, match="needs one"):
        IdentityWords(sentences=["谁也没有来。"], neutral=["朋友"], groups={})


def test_debunking_posts_come_in_many_registers() -> None:
    posts = list(debunking_posts())
    assert len(posts) >= 40
    assert len({post.text for post in posts}) == len({post.id for post in posts}) == len(posts)
    assert all(post.labels == {"rumour": 0} for post in posts)
    assert len({post.register_ for post in posts}) >= 8


def test_none_of_it_is_in_the_sample_that_is_trained_on() -> None:
    sample = "".join(path.read_text("utf-8") for path in sorted(SAMPLE.glob("*.jsonl")))
    assert not [post.id for post in debunking_posts() if post.text in sample]
    probe = identity_words()
    assert not [s for s in probe.sentences if filled(s, probe.neutral[0]) in sample]
