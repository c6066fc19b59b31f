from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data.pairs import Pair, as_posts, read_pairs, split_of
from models.errors import InvalidInput
from tests.data.made import words, write_jsonl

CLAIM = {"query": "隔夜菜会致癌", "debunk": "没有证据说明隔夜菜会致癌。", "query_kind": "claim"}


def pair(debunk: str, **fields: str) -> Pair:
    return Pair.model_validate(CLAIM | {"debunk": debunk} | fields)


def test_pairs_are_read_with_what_else_is_known(tmp_path: Path) -> None:
    rest = {"verdict": "false", "set": "made", "date": "2024-05-01", "more": 1}
    path = write_jsonl(tmp_path / "pairs.jsonl.gz", [CLAIM | rest, CLAIM | {"verdict": None}])
    first, second = read_pairs([path])
    assert (first.verdict, first.source, first.date) == ("false", "made", "2024-05-01")
    assert (second.verdict, second.source, second.date) == (None, "", None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"query": ""}, "query: String should have at least 1 character"),
        ({"query_kind": "title"}, "query_kind: Input should be"),
        ({"verdict": "maybe"}, "verdict: Input should be"),
    ],
)
def test_a_bad_pair_is_named_after_the_good_ones(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    path = write_jsonl(tmp_path / "pairs.jsonl", [CLAIM | change, CLAIM])
    seen: list[Pair] = []
    with pytest.raises(InvalidInput) as caught:
        seen.extend(read_pairs([path]))
    assert len(seen) == 1
    assert f"{path}:1: {reason}" in caught.value.detail


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"pairs\.jsonl:1: not JSON"):
        list(read_pairs([path]))


def test_the_side_is_the_parity_of_the_hash() -> None:
    for seed in range(40):
        text = words(seed)
        number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
        assert split_of(pair(text)) == ("test" if number % 2 else "train")


def test_all_queries_of_one_text_lie_on_one_side() -> None:
    text = words("one")
    queries = [pair(text, query=words(n), query_kind="headline") for n in range(8)]
    assert len({split_of(one) for one in queries}) == 1


def test_the_sides_are_of_a_size() -> None:
    tests = sum(split_of(pair(words(seed))) == "test" for seed in range(1000))
    assert 440 < tests < 560


def test_pairs_of_our_own_only_teach() -> None:
    odd = next(text for text in map(words, range(50)) if split_of(pair(text)) == "test")
    assert split_of(pair(odd, set="own")) == "train"


def test_each_text_of_pairs_is_one_post_without_labels() -> None:
    posts = as_posts([pair("甲"), pair("乙"), pair("甲", query="丙")])
    assert [post.text for post in posts] == ["隔夜菜会致癌", "甲", "乙", "丙"]
    assert {post.source for post in posts} == {"pairs"}
    assert len({post.id for post in posts}) == len(posts)
    assert not any(post.labels for post in posts)
