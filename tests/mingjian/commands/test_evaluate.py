from __future__ import annotations

from pathlib import Path

import typer.main

from mingjian.cli import app, repeat_options


def test_evaluate_takes_several_paths() -> None:
    name, *arguments = repeat_options(
        ["evaluate", "--release", "r", "--data", "a", "b", "--json", "figures.json"]
    )
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    given = command.make_context(name, arguments).params
    assert given["data"] == [Path("a"), Path("b")]
    assert (given["release"], given["json"]) == ("r", Path("figures.json"))
