"""The project as its house tests see it: its root and the files that belong to it."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("data", "mingjian", "models", "service", "training")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the working tree that git tracks or would track, as absolute paths."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def pyproject() -> dict[str, Any]:
    """The parsed pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def markdown_files() -> list[Path]:
    """The documents people read; release cards included."""
    return [path for path in project_files() if path.suffix == ".md"]
