"""What-ifs on the command line: posts of a file, and a store without a running service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjian.cli import app
from models.errors import InvalidInput
from service.whatif.offline import read_posts
from tests.tiny import random_posts


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    return path


def test_items_and_examples_are_read(tmp_path: Path) -> None:
    source = write(
        tmp_path / "posts.jsonl",
        {"text": "今天", "channel": "chat", "labels": {"rumour": 1, "low_quality.fraud": 0}},
        {"id": "e", "source": "s", "register": "weibo", "text": "明天", "labels": {"abuse": None}},
    )
    (first, known), (second, unknown) = read_posts(source)
    assert (first.text, first.channel, known) == ("今天", "chat", {"rumour": 1, "fraud": 0})
    assert (second.id, second.channel, unknown) == ("e", "weibo", {})
    assert len(list(read_posts(source, 1))) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "line 2: not a JSON object"),
        ("{", "line 2: not a JSON object"),
        ('{"title": "x"}', "line 2: text is missing"),
        ('{"text": "x", "labels": {"rumour": 2}}', "line 2: the label rumour must be 0, 1"),
        ('{"text": "x", "labels": ["rumour"]}', "line 2: labels must be an object"),
        ('{"text": "x", "register": "tiktok"}', "line 2: channel is none of"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(f'{{"text": "x"}}\n{line}\n')
    with pytest.raises(InvalidInput, match=said):
        list(read_posts(path))


def test_a_file_that_is_empty_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(InvalidInput, match="no posts"):
        list(read_posts(tmp_path / "empty"))
    with pytest.raises(InvalidInput, match="No such file"):
        list(read_posts(tmp_path / "none"))


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    lines = [
        {"text": post.text, "labels": {"rumour": number % 2}}
        for number, post in enumerate(random_posts(30))
    ]
    return write(tmp_path / "posts.jsonl", *lines)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tiny_release: Path) -> None:
    monkeypatch.setenv("MINGJIAN_RELEASE", str(tiny_release))
    monkeypatch.setenv("MINGJIAN_PRECISION", "f32")


@pytest.mark.usefixtures("served")
def test_a_file(tmp_path: Path, posts: Path) -> None:
    policy = tmp_path / "draft.yaml"
    policy.write_text("labels: {rumour: {threshold: 0.0001, suggestion: block}}\n")
    arguments = ["whatif", "--policy", str(policy), "--data", str(posts), "--posts-per-hour", "60"]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["suggestions"]["now"]["block"] == 30
    assert answer["labels"][0]["known"] == {"positives": 15, "negatives": 15}
    assert answer["labels"][0]["measured_now"]["precision"] == 0.5
    assert answer["load"]["then"]["per_hour"] == pytest.approx(
        60 * answer["suggestions"]["then"]["review"] / 30
    )
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0
    for said in ("30 posts", "precision now", "busiest hour", "-> block"):
        assert said in shown.stdout


@pytest.mark.usefixtures("served")
def test_backwards(posts: Path) -> None:
    done = CliRunner().invoke(
        app,
        ["whatif", "--data", str(posts), "--reviews-per-hour", "20", "--posts-per-hour", "60"],
    )
    assert done.exit_code == 0, done.output
    assert "reviews an hour with this policy" in done.stdout
    assert "threshold:" in done.stdout


@pytest.mark.usefixtures("served")
def test_an_empty_store(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/none.db"
    done = CliRunner().invoke(app, ["whatif", "--policy", "default", "--database", url])
    assert done.exit_code == 1
    assert "No decision is recorded" in str(done.exception)


@pytest.mark.usefixtures("served")
def test_a_wrong_policy_names_its_line(tmp_path: Path, posts: Path) -> None:
    policy = tmp_path / "draft.yaml"
    policy.write_text("labels:\n  rumour: {threshold: soon}\n")
    done = CliRunner().invoke(app, ["whatif", "--policy", str(policy), "--data", str(posts)])
    assert "line 2, column 12" in str(done.exception)
    missing = CliRunner().invoke(app, ["whatif", "--policy", "none.yaml", "--data", str(posts)])
    assert "no such file" in str(missing.exception)
    both = CliRunner().invoke(app, ["whatif", "--data", str(posts), "--database", "x"])
    assert both.exit_code == 2
