"""Rehearsal: a little of everything, nothing that is the user's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from data.prepare import load_split, prepare
from data.split import TRAIN
from tests.training.posts import post, write_posts
from training.retraining.rehearsal import rehearsal


def test_sources_take_turns(tmp_path: Path) -> None:
    posts = [post(f"大{place}", "large", abuse=0) for place in range(90)]
    posts += [post(f"小{place}", "small", abuse=1) for place in range(10)]
    path = write_posts(tmp_path / "posts.jsonl", posts)
    chosen = rehearsal([path], ["abuse"], 40, [])
    assert Counter(example.source for example in chosen) == {"large": 30, "small": 10}
    assert chosen == rehearsal([path], ["abuse"], 40, [])


def test_own_posts_and_posts_that_teach_nothing_are_left_out(tmp_path: Path) -> None:
    mine, same = post("我的", abuse=1), post("别人写的我的", abuse=0)
    others = [post("我的", "other", abuse=0), same, post("别的", porn=1), post("又一条", abuse=0)]
    path = write_posts(tmp_path / "posts.jsonl", others)
    chosen = rehearsal([path], ["abuse"], 40, [mine, same])
    assert [example.text for example in chosen] == ["又一条"]


def test_of_a_prepared_folder_only_training_posts_are_read(tmp_path: Path) -> None:
    posts = [
        post(f"{chr(0x4E00 + place)}一条不同的帖子{place}", abuse=place % 2) for place in range(60)
    ]
    prepare([write_posts(tmp_path / "posts.jsonl", posts)], tmp_path / "prepared")
    chosen = rehearsal([tmp_path / "prepared"], ["abuse"], 100, [])
    train = load_split(tmp_path / "prepared", TRAIN)
    assert {example.id for example in chosen} == {example.id for example in train}


def test_without_any_post_nothing_is_rehearsed(tmp_path: Path) -> None:
    path = write_posts(tmp_path / "posts.jsonl", [post("别的", porn=1)])
    assert rehearsal([path], ["abuse"], 100, []) == []
