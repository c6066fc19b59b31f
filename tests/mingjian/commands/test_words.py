"""`mingjian words lint`: words are tried on a file or the store, told as a table or as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from mingjian.cli import app
from models.errors import InvalidInput

Run = Callable[..., Result]
POSTS = [
    {"id": "p1", "text": "低价出售大麻叶，货到付款", "labels": {"ad_spam": 1}},
    {"id": "p2", "text": "今天又被催作业，真是大麻烦", "labels": {"ad_spam": 0, "abuse": 0}},
    {"text": "大麻纺织厂开门了"},
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `mingjian words lint …` on a database of its own."""
    monkeypatch.setenv("MINGJIAN_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/w.db")
    root = logging.getLogger()
    kept = root.handlers[:], root.level

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["words", "lint", *arguments])

    yield call
    root.handlers[:], root.level = kept
    structlog.reset_defaults()


@pytest.fixture
def posts(tmp_path: Path) -> str:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(post, ensure_ascii=False) for post in POSTS), "utf-8")
    return str(path)


def test_words_are_tried_on_a_file_and_labels_tell_what_is_ordinary(run: Run, posts: str) -> None:
    found = run("催作业", "大麻", "--data", posts, "--json")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert answer["traffic"] == len(POSTS)
    homework, hemp = answer["entries"]
    assert [one["id"] for one in homework["false_alarms"]["samples"]] == ["p2"]
    # A shipped allow word guards 大麻烦; nobody knows what the third post is.
    assert [one["id"] for one in hemp["hits"]["samples"]] == ["p1", "line 3"]
    assert hemp["false_alarms"]["posts"] == 0


def test_a_table_says_what_speaks_against_a_word(run: Run, posts: str, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# mine\n催作业\n~坏\n", "utf-8")
    found = run("--file", str(words), "--data", posts, "--kind", "review")
    assert found.exit_code == 1
    assert "tried on 3 posts" in found.stdout
    assert "likely_false" in found.stdout
    assert "催作业，真是大麻烦" in found.stdout
    assert "invalid" in found.stdout


def test_without_a_file_the_store_is_asked(run: Run) -> None:
    found = run("大麻叶", "--json")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert answer["traffic"] == 0
    assert answer["entries"][0]["status"] == "fine"


def test_nothing_to_try_is_told(run: Run) -> None:
    found = run("--kind", "allow")
    assert isinstance(found.exception, InvalidInput)
    assert "--file" in found.exception.detail
