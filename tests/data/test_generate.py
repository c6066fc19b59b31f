from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from data.deduplicate import deduplicate
from data.generate import COMMON, expand, generate, load, write
from data.readers import read_examples
from data.schema import Example
from data.sources import source_of
from models.errors import InvalidInput
from models.labels import LABEL_NAMES, RUMOUR
from tests.house.project import ROOT
from tests.house.test_sample_corpus import near_duplicates, read_rows

NUMBER = 150
GENERATED = [label for label in LABEL_NAMES if label != RUMOUR]
SKELETONS = 60

BANK = """
share: 0.5
slots:
  who: 张三 / 李四
groups:
  - register: [comment]
    labels: {abuse: 1}
    unknown: [fraud]
    posts: |
      <甲|乙>说{who}{word}
"""
WORDS = "slots: {word: 好 / 坏 / 高 / 低}\n"


@pytest.fixture(scope="module")
def posts() -> list[Example]:
    return list(generate(NUMBER))


def bank(folder: Path, content: str = BANK, words: str = WORDS) -> Path:
    (folder / "made.yaml").write_text(content, "utf-8")
    (folder / COMMON).write_text(words, "utf-8")
    return folder


def test_the_same_seed_makes_the_same_posts(posts: list[Example]) -> None:
    assert list(generate(NUMBER)) == posts
    others = {example.text for example in generate(NUMBER, seed=2)}
    assert len(others & {example.text for example in posts}) < len(posts) / 10


def test_every_label_has_its_posts_and_as_many_ordinary_ones(posts: list[Example]) -> None:
    ones = Counter(name for post in posts for name, value in post.labels.items() if value)
    for label in ("ad_spam", "fraud", "gambling", "porn"):
        assert ones[label] >= NUMBER
    for label in ("abuse", "clickbait"):
        assert ones[label] >= NUMBER // 2
    ordinary = [post for post in posts if not any(post.labels.values())]
    assert len(ordinary) >= len(posts) / 2
    assert ones[RUMOUR] == 0


def test_positives_and_ordinary_posts_share_their_registers(posts: list[Example]) -> None:
    for label in GENERATED:
        registers = {post.register_ for post in posts if post.labels.get(label)}
        ordinary = {post.register_ for post in posts if not any(post.labels.values())}
        assert registers <= ordinary


def test_posts_are_marked_and_named_once(posts: list[Example]) -> None:
    assert {post.source for post in posts} == {"generated"}
    assert len({post.id for post in posts}) == len(posts)
    assert source_of("generated").commercial


def test_nothing_of_the_grammar_is_left_in_a_post(posts: list[Example]) -> None:
    assert not [post.text for post in posts if set("{}<>|") & set(post.text) or " / " in post.text]


def test_hardly_any_post_repeats_another(posts: list[Example]) -> None:
    left = deduplicate(posts, str.strip).examples
    assert len(left) >= 0.97 * len(posts)


def test_a_cluster_is_a_skeleton(posts: list[Example]) -> None:
    families = {family.cluster: family for _, families in load().values() for family in families}
    assert len(families) == sum(len(families) for _, families in load().values())
    for post in posts:
        assert post.labels == families[post.cluster or 0].group.known()


def test_no_post_that_judges_a_release_is_made(posts: list[Example]) -> None:
    judging = read_rows([ROOT / "tests/shipped/posts.jsonl"])
    ids = {row["id"] for row in judging}
    pairs = near_duplicates([{"id": post.id, "text": post.text} for post in posts] + judging)
    assert not [pair for pair in pairs if ids & set(pair) and not ids >= set(pair)]


@pytest.mark.parametrize("name", ["gambling", "porn", "fraud", "ad_spam", "ordinary"])
def test_banks_have_many_skeletons(name: str) -> None:
    assert len(load()[name][1]) >= SKELETONS


def test_a_bank_says_what_it_knows(tmp_path: Path) -> None:
    posts = list(generate(4, folder=bank(tmp_path)))
    assert len(posts) == 2
    for post in posts:
        assert post.labels == {
            name: int(name == "abuse") for name in LABEL_NAMES if name != "fraud"
        }


def test_an_exhausted_bank_falls_silent(tmp_path: Path) -> None:
    texts = [post.text for post in generate(1000, folder=bank(tmp_path))]
    assert 0 < len(set(texts)) == len(texts) <= 16


def test_an_unknown_slot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"made\.yaml: no slot is called word"):
        load(bank(tmp_path, words="slots: {other: 好}\n"))


def test_expanding_invents_numbers_and_signs() -> None:
    rng = random.Random(1)
    assert {expand("{%3}", {}, rng) for _ in range(50)} == {"1", "2", "3"}
    found = expand("{%aA9-9}", {}, rng)
    assert re.fullmatch("[a-z][A-Z][0-9]-[0-9]", found)
    assert expand("<一|二>", {}, rng) in {"一", "二"}


@pytest.mark.parametrize("name", ["g.jsonl", "deep/g.jsonl.gz"])
def test_what_is_written_can_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write(path, 10) == len(list(read_examples([path])))
    first = path.read_bytes()
    write(path, 10)
    assert path.read_bytes() == first


def test_a_file_that_nothing_would_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"name a \.jsonl"):
        write(tmp_path / "g.txt")
