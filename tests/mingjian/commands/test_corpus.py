from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mingjian.cli import app
from tests.data.made import words, write_jsonl

SAMPLE = Path(__file__).parents[3] / "data/sample"


def mingjian(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def row(text: str = "好", **fields: Any) -> dict[str, Any]:
    return {"text": text, "labels": {"abuse": 0}} | fields


def test_the_sample_is_clean() -> None:
    result = mingjian("data", "check", SAMPLE)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.endswith(" rows, 0 bad\n")


def test_check_names_every_bad_row_and_exits_with_1(tmp_path: Path) -> None:
    good = write_jsonl(tmp_path / "a.jsonl", [row(), row()])
    bad = write_jsonl(tmp_path / "b.jsonl", [row(" "), row(), row(labels={"abuse": 5})])
    result = mingjian("data", "check", good, bad)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{bad}:1: text: text is blank",
        f"{bad}:3: labels.abuse: Input should be 0 or 1",
    ]
    assert result.stderr == "5 rows, 2 bad\n"


def test_check_notes_what_is_not_ours_and_exits_with_0(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [row(author="x"), row(labels={"mood": "sad"})])
    result = mingjian("data", "check", path)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "note: field 'author' is not used (1 rows)",
        "note: label 'mood' is not one of ours and left aside (1 rows)",
        "2 rows, 0 bad",
    ]


def test_stats_counts_every_source(tmp_path: Path) -> None:
    rows = [
        row("一二三", source="[forum]", register="comment", date="2024-05"),
        row("一二三四五", source="[forum]", labels={"abuse": 1, "rumour": 0}, date="2023"),
        row(source="shop"),
    ]
    result = mingjian("data", "stats", write_jsonl(tmp_path / "a.jsonl", rows))
    assert result.exit_code == 0
    (forum,) = [line for line in result.stdout.splitlines() if "[forum]" in line]
    for cell in ("2", "4", "comment, web", "abuse 1/1, rumour 0/1", "2023 … 2024-05 (2)"):
        assert f" {cell} " in forum
    assert any(" shop " in line for line in result.stdout.splitlines())


def test_prepare_writes_splits_and_says_what_was_dropped(tmp_path: Path) -> None:
    rows = [row(words(i), labels={"abuse": i % 2, "[mood]": 1}) for i in range(60)]
    path = write_jsonl(tmp_path / "a.jsonl", [*rows, rows[0]])
    out = tmp_path / "out"
    result = mingjian("data", "prepare", path, "--out", out)
    assert result.exit_code == 0, result.output
    assert "61 read, 60 kept; dropped: exact_duplicate 1" in result.stdout
    assert "held-out posts that repeat a training post: 0" in result.stdout
    assert "labels left aside: [mood]" in result.stdout
    report = json.loads((out / "report.json").read_bytes())
    for name, posts in report["splits"].items():
        zeros, ones = report["labels"][name]["abuse"]
        (shown,) = [line for line in result.stdout.splitlines() if f" {name} " in line]
        assert f" {posts} " in shown
        assert f" abuse {ones}/{zeros} " in shown


def test_generate_writes_posts_that_check_accepts(tmp_path: Path) -> None:
    out = tmp_path / "generated.jsonl.gz"
    result = mingjian("data", "generate", "--out", out, "--per-label", 3, "--seed", 5)
    assert result.exit_code == 0
    assert f"posts written to {out}" in result.stderr
    assert mingjian("data", "check", out).stderr.endswith(" rows, 0 bad\n")


@pytest.mark.parametrize("command", ["check", "stats", "prepare"])
def test_a_command_without_paths_is_a_wrong_call(command: str) -> None:
    assert mingjian("data", command).exit_code == 2


def test_errors_lists_suspects(tmp_path: Path) -> None:
    texts = {0: "今天下雨没有出门", 1: "加微信领红包代办"}
    rows = [
        row(texts[i % 2] + words(i, 2), id=f"a-{i}", labels={"ad_spam": (i % 2) ^ (i == 7)})
        for i in range(80)
    ]
    out = tmp_path / "errors.csv"
    data = write_jsonl(tmp_path / "a.jsonl", rows)
    result = mingjian(
        "data", "errors", "--data", data, "--out", out, "--labels", "ad_spam", "--folds", 2
    )
    assert result.exit_code == 0, result.stderr
    assert "ad_spam" in result.stdout
    assert "a-7," in out.read_text("utf-8-sig")


def test_surface_shows_marks_that_tell_the_label(tmp_path: Path) -> None:
    rows = [
        row(words(i, 12) + ("12345" if i % 2 else ""), id=f"a-{i}", labels={"abuse": i % 2})
        for i in range(60)
    ]
    result = mingjian("data", "surface", write_jsonl(tmp_path / "a.jsonl", rows), "--least", 0.5)
    assert result.exit_code == 0, result.stderr
    assert "digits" in result.stdout
    assert "0.00 / 1.00" in result.stdout
