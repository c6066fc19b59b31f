"""The image installs and starts by the Makefile targets that test_fresh.py runs."""

from __future__ import annotations

import json
import re

import pytest

from tests.house.project import ROOT
from tests.house.test_fresh import INSTALL, START


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """(instruction, argument) pairs of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(match[1], match[2]) for line in lines if (match := re.match(r"([A-Z]+)\s+(.*)", line))]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    starts = [i for i, (name, _) in enumerate(instructions) if name == "FROM"]
    return instructions[starts[-1] :]


def test_two_slim_stages(instructions: list[tuple[str, str]]) -> None:
    bases = [argument.split(" AS ")[0] for name, argument in instructions if name == "FROM"]
    assert bases == ["python:3.11-slim"] * 2


def test_installs_and_starts_by_the_tested_targets(instructions: list[tuple[str, str]]) -> None:
    assert ("RUN", " ".join(INSTALL)) in instructions
    commands = [json.loads(argument) for name, argument in instructions if name == "CMD"]
    assert [command[: len(START)] for command in commands] == [list(START)]
    assert "HOST=0.0.0.0" in commands[0]
    runs = " ".join(argument for name, argument in instructions if name == "RUN")
    assert "pip" not in runs


def test_runs_as_an_ordinary_user(instructions: list[tuple[str, str]]) -> None:
    users = [argument for name, argument in last_stage(instructions) if name == "USER"]
    assert users == ["mingjian"]


def test_asks_whether_it_is_ready(instructions: list[tuple[str, str]]) -> None:
    checks = [argument for name, argument in last_stage(instructions) if name == "HEALTHCHECK"]
    assert len(checks) == 1
    assert "/health/ready" in checks[0]


def test_copied_names_exist_and_are_not_ignored(instructions: list[tuple[str, str]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name, argument in instructions:
        if name == "COPY" and not argument.startswith("--from"):
            for source in argument.split()[:-1]:
                assert (ROOT / source).exists()
                assert source not in ignored


def test_the_first_step_that_is_documented_makes_a_key(
    instructions: list[tuple[str, str]],
) -> None:
    """The service in the image can be reached by others, so it needs a key that stays."""
    for document in ("README.md", "docs/keys.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        assert re.search(r"^docker run .*-v (\S+):/app/var \S+ mingjian keys create", text, re.M)
        assert re.search(r"^docker run -p 8000:8000 -v (\S+):/app/var", text, re.M)
    last = last_stage(instructions)
    made = last.index(("RUN", "mkdir -p /app/var && chown mingjian:mingjian /app/var"))
    assert made < last.index(("USER", "mingjian"))
    assert ("ENV", 'PATH="/app/.venv/bin:$PATH"') in last
