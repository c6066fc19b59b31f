"""Posts without labels are drawn by a seed, and a bad line is named."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from data.unlabelled import read_unlabelled
from models.errors import InvalidInput


def write(path: Path, *texts: object) -> Path:
    path.write_bytes(b"\n".join(orjson.dumps({"text": text}) for text in texts))
    return path


def test_posts_keep_their_place_as_id_and_know_no_label(tmp_path: Path) -> None:
    path = write(tmp_path / "reposts.jsonl", "早上好", "  ", "下雨了")
    found = read_unlabelled([path], 10, seed=1)
    assert sorted((e.id, e.source, e.text) for e in found) == [
        ("reposts-000001", "reposts", "早上好"),
        ("reposts-000003", "reposts", "下雨了"),
    ]
    assert all(example.labels == {} for example in found)


def test_the_same_seed_draws_the_same_posts(tmp_path: Path) -> None:
    path = write(tmp_path / "reposts.jsonl", *(f"第{n}条" for n in range(50)))
    drawn = read_unlabelled([path], 5, seed=1)
    assert len(drawn) == 5
    assert drawn == read_unlabelled([path], 5, seed=1) != read_unlabelled([path], 5, seed=2)


def test_a_line_without_text_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "reposts.jsonl", "好", 3)
    with pytest.raises(InvalidInput, match=r"reposts\.jsonl, line 2: needs a"):
        read_unlabelled([path], 5, seed=1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_unlabelled([tmp_path / "none.jsonl"], 5, seed=1)
