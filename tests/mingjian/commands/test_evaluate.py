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


def test_leave_one_out_takes_several_sources() -> None:
    line = "leave-one-out --source cold toxicn --data p --base-model m --out o --minutes 5"
    name, *arguments = repeat_options(line.split())
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    given = command.make_context(name, arguments).params
    assert (given["source"], given["posts"]) == (["cold", "toxicn"], 6_000)
    assert (given["data"], given["minutes"]) == (Path("p"), 5.0)
