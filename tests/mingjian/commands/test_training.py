from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from mingjian.cli import app, repeat_options


@pytest.fixture
def parameters() -> Callable[[str], dict[str, Any]]:
    """What a command gets from a line, without running it."""

    def parse(line: str) -> dict[str, Any]:
        name, *arguments = repeat_options(line.split())
        command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
        return dict(command.make_context(name, arguments).params)

    return parse


def test_train_takes_several_paths(parameters: Callable[[str], dict[str, Any]]) -> None:
    options = "--base-model base --out runs/x --epochs 0.5"
    given = parameters(f"train --data a.jsonl b.csv --pairs p.jsonl q {options}")
    assert given["data"] == [Path("a.jsonl"), Path("b.csv")]
    assert given["pairs"] == [Path("p.jsonl"), Path("q")]
    assert (given["base_model"], given["out"], given["epochs"]) == ("base", Path("runs/x"), 0.5)
    assert given["baseline"] is False
    assert given["finetune_only"] is False


@pytest.mark.parametrize("line", ["export --data p runs/x", "export runs/x --data p"])
def test_export_takes_its_run_before_or_after_the_data(
    line: str, parameters: Callable[[str], dict[str, Any]]
) -> None:
    given = parameters(line)
    assert (given["run_folder"], given["data"]) == (Path("runs/x"), Path("p"))


def test_only_the_run_is_needed_for_export(parameters: Callable[[str], dict[str, Any]]) -> None:
    given = parameters("export runs/x")
    assert (given["run_folder"], given["data"]) == (Path("runs/x"), None)
