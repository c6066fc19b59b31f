from __future__ import annotations

from pathlib import Path

from data.ordinary import ordinary_posts
from tests.data.made import write_jsonl


def test_only_ordinary_posts_are_read(tmp_path: Path) -> None:
    good = {"text": "今天下雨", "labels": {}}
    write_jsonl(tmp_path / "ordinary_2.jsonl", [good | {"text": "出门带伞"}])
    write_jsonl(tmp_path / "ordinary_1.jsonl", [good])
    write_jsonl(tmp_path / "rumour.jsonl", [good | {"text": "别的"}])
    assert list(ordinary_posts(tmp_path)) == ["今天下雨", "出门带伞"]
    assert list(ordinary_posts(tmp_path / "none")) == []


def test_there_are_enough_of_our_own() -> None:
    assert len(set(ordinary_posts())) >= 100
