from __future__ import annotations

import pytest
from rich.table import Table

from mingjian.commands.tables import PIPED_WIDTH, console


def test_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name")
    table.add_row("[red]forum[/red] :smile: [/]")
    console().print(table)
    console().print("[/x]")
    shown = capsys.readouterr().out
    assert "[red]forum[/red] :smile: [/]" in shown
    assert "[/x]" in shown


def test_a_pipe_is_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert console().width == PIPED_WIDTH
