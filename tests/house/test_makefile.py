"""The Makefile explains itself, and a second run installs nothing."""

from __future__ import annotations

import re
import subprocess

from tests.house.project import ROOT

TARGETS = {"help", "install", "install-dev", "serve", "test", "lint", "clean"}


def make(*arguments: str) -> str:
    """What `make` prints for these arguments; without the variables of an outer make."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    ).stdout


def test_help_lists_every_target_with_its_purpose() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    listed = dict(re.findall(r"^  make (\S+)\s+(\S.*)$", make(), re.MULTILINE))
    assert phony >= TARGETS
    assert set(listed) == phony


def test_port_and_host_reach_the_service() -> None:
    command = make("--dry-run", "serve", "PORT=9876", "HOST=0.0.0.0")
    assert 'MINGJIAN_PORT="9876"' in command
    assert 'MINGJIAN_HOST="0.0.0.0"' in command
    assert command.rstrip().endswith("mingjian serve")


def test_a_missing_python_is_named(tmp_path) -> None:
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    outcome = subprocess.run(
        ["/usr/bin/env", "-i", "PATH=/nonexistent", "/usr/bin/make", "install"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert outcome.returncode != 0
    assert "Python 3.11" in outcome.stderr


def test_ci_runs_the_test_command_of_the_readme() -> None:
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in ci
    assert ci.rstrip().endswith("make test")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
