"""Every `mingjian` command and option that the documents show exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from mingjian.cli import app
from tests.house.project import ROOT, markdown_files

FENCE = re.compile(r"^```(?:\w*)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(?P<body>mingjian [^`\n]+)`")
COMMAND = re.compile(r"(?:^|[\s/$|])mingjian (?P<rest>[^#|>&;]*)")


def documented(document: Path) -> list[str]:
    """What stands after `mingjian` in code blocks and code spans, one string a command."""
    text = document.read_text(encoding="utf-8")
    blocks = [match["body"].replace("\\\n", " ") for match in FENCE.finditer(text)]
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [match["body"] for match in INLINE.finditer(FENCE.sub("", text))]
    return [match["rest"].strip() for line in lines if (match := COMMAND.search(line))]


def unknown_parts(command_line: str) -> list[str]:
    """The words of a documented command that the command line does not know."""
    command = typer.main.get_command(app)
    words = shlex.split(re.sub(r"[\[\]]", " ", command_line))
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        choices = words.pop(0).split("|")
        if missing := [name for name in choices if name not in command.commands]:
            return missing
        command = command.commands[choices[0]]
    options = {name for parameter in command.params for name in parameter.opts}
    used = {word.split("=")[0] for word in words if word.startswith("--")}
    return sorted(used - options - {"--help"})


@pytest.mark.parametrize("document", markdown_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_documented_commands_exist(document: Path) -> None:
    wrong = {line: parts for line in documented(document) if (parts := unknown_parts(line))}
    assert not wrong


def test_the_readme_shows_the_ways_in() -> None:
    shown = "\n".join(documented(ROOT / "README.md"))
    for command in ("data check", "train", "evaluate", "score"):
        assert command in shown
