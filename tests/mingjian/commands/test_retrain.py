"""What the commands hand on, and how the gate's answer is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from mingjian.cli import app, repeat_options
from models.errors import InvalidInput
from models.manifest import verify_manifest
from tests.tiny import NAME
from training.gate.gate import Verdict
from training.gate.row import LITTLE, PASSES, Row


@pytest.fixture
def parameters() -> Callable[[str], dict[str, Any]]:
    """What a command gets from a line, without running it."""

    def parse(line: str) -> dict[str, Any]:
        name, *arguments = repeat_options(line.split())
        command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
        return dict(command.make_context(name, arguments).params)

    return parse


@pytest.fixture
def equal(tiny_release: Path) -> Verdict:
    """A candidate that passes."""
    rows = (
        Row("auc", "abuse", PASSES, 0.9, 0.91, (-0.01, 0.03), 0.02, "60/60", needed=True),
        Row("size", "MB", PASSES, 1.0, 1.0, note="at most 140"),
    )
    fingerprint = verify_manifest(tiny_release).fingerprint
    return Verdict(tiny_release, NAME, fingerprint, "before", "0" * 64, 120, 3, rows)


def refused(verdict: Verdict) -> Verdict:
    """The same, where one label is not known well enough."""
    return replace(verdict, rows=(*verdict.rows, Row("auc", "porn", LITTLE, needed=True)))


def invoke(monkeypatch: pytest.MonkeyPatch, verdict: Verdict, *options: str) -> Any:
    monkeypatch.setattr("training.gate.gate.judge_candidate", lambda *given: verdict)
    return CliRunner().invoke(app, ["promote", "runs/x", "--data", "posts.jsonl", *options])


def test_retrain_takes_several_files_and_labels(
    parameters: Callable[[str], dict[str, Any]],
) -> None:
    given = parameters(
        "retrain --data a.jsonl b.csv --add-label spoiler --add-label tout --rehearse c d "
        "--start-from old --minutes 5 --out runs/x"
    )
    assert given["data"] == [Path("a.jsonl"), Path("b.csv")]
    assert given["rehearse"] == [Path("c"), Path("d")]
    assert given["add_label"] == ["spoiler", "tout"]
    assert (given["start_from"], given["minutes"]) == ("old", 5.0)


def test_promote_takes_several_files(parameters: Callable[[str], dict[str, Any]]) -> None:
    given = parameters("promote runs/x --data a b --champion old")
    assert (given["candidate"], given["data"]) == ("runs/x", [Path("a"), Path("b")])
    assert (given["champion"], given["force"]) == ("old", False)


def test_what_passes_is_promoted(
    monkeypatch: pytest.MonkeyPatch, equal: Verdict, tmp_path: Path
) -> None:
    twin = tmp_path / "gate.json"
    told = invoke(monkeypatch, equal, "--to", str(tmp_path / "to"), "--json", str(twin))
    assert told.exit_code == 0, told.output
    assert (tmp_path / "to" / NAME).is_dir()
    assert "passes" in told.output
    assert "+0.010 (-0.010 to +0.030)" in told.output
    assert '"passed": true' in twin.read_text()


def test_what_is_refused_says_why_with_status_1(
    monkeypatch: pytest.MonkeyPatch, equal: Verdict, tmp_path: Path
) -> None:
    told = invoke(monkeypatch, refused(equal), "--to", str(tmp_path / "to"))
    assert told.exit_code == 1
    assert "auc of porn: too little evidence" in told.output
    assert not (tmp_path / "to").exists()


def test_force_needs_a_reason(
    monkeypatch: pytest.MonkeyPatch, equal: Verdict, tmp_path: Path
) -> None:
    to = ("--to", str(tmp_path / "to"))
    told = invoke(monkeypatch, refused(equal), "--force", *to)
    assert isinstance(told.exception, InvalidInput)
    told = invoke(monkeypatch, refused(equal), "--force", "--why", "急用", *to)
    assert told.exit_code == 0, told.output
    assert "急用" in (tmp_path / "to" / NAME / "promotion.json").read_text("utf-8")
