"""The posts of the benchmarks: the same every time, even in length, new where they should be."""

from __future__ import annotations

import gzip
import json
import statistics
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.harness.workload import LONGEST, draw, read_texts, stream, write_texts


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl.gz"
    lines = [json.dumps({"text": "字" * length}) for length in range(1, 601)]
    path.write_bytes(gzip.compress("\n".join([*lines, '{"text":" "}']).encode()))
    return path


def test_the_same_posts_are_drawn_each_time_and_cut(posts: Path) -> None:
    texts, source = draw([posts], 500)
    assert texts == draw([posts], 500)[0]
    assert (len(texts), source) == (500, posts.name)
    assert max(map(len, texts)) == LONGEST


def test_every_stretch_is_as_long_as_the_whole(posts: Path) -> None:
    texts, _ = draw([posts], 600)
    whole = statistics.fmean(map(len, texts))
    for start in range(0, 600, 50):
        assert statistics.fmean(map(len, texts[start : start + 50])) == pytest.approx(
            whole, rel=0.05
        )


def test_without_files_there_are_always_posts() -> None:
    texts, source = draw([], 100)
    assert len(texts) == 100
    assert source


def test_no_posts_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    with pytest.raises(ValueError, match="--posts"):
        draw([empty], 5)


def test_a_share_of_the_stream_is_repeated_and_the_rest_is_new() -> None:
    seen = Counter(islice(stream(["一", "二"], repeated=0.3, seed=4), 2000))
    assert 1 - len(seen) / 2000 == pytest.approx(0.3, abs=0.05)
    assert len(Counter(islice(stream(["一", "二"], repeated=0.0), 200))) == 200
    assert list(islice(stream(["一", "二"]), 3)) == ["一", "二", "一"]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = write_texts(["一\n二", "三"], tmp_path / "posts.jsonl")
    assert read_texts(path) == ["一\n二", "三"]
