"""The tree stays pleasant: short files, the promised folders, no path of anyone's machine."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.project import PACKAGES, ROOT, project_files

MOST_LINES = 400
FOREIGN_PATH = re.compile(r"""(?<![\w.)/])(?:\.\./|~/|/(?:home|root|Users)/)[\w.-]""")
# What others wrote is not ours to phrase.
NOT_OURS = ("service/static/", "LICENSE")
TEXT = {".md", ".py", ".toml", ".txt", ".yaml", ".yml", ".json", ".cfg", ""}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ours(suffixes: set[str]) -> list[Path]:
    return [
        path
        for path in project_files()
        if path.suffix in suffixes and not relative(path).startswith(NOT_OURS)
    ]


def test_no_source_file_is_over_long() -> None:
    lengths = {
        relative(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in ours({".py", ".md"})
        if not relative(path).startswith("models/releases/")  # cards are rendered
    }
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_every_package_and_promised_file_is_there() -> None:
    promised = [f"{package}/__init__.py" for package in PACKAGES]
    promised += ["tests", "benchmarks/README.md", "docs/index.md", "Dockerfile", "pyproject.toml"]
    promised += ["Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".ci/run"]
    assert not [name for name in promised if not (ROOT / name).exists()]


def test_no_file_names_a_place_outside_the_project() -> None:
    found = {}
    for path in ours(TEXT):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":  # links have a test of their own
            text = re.sub(r"\]\([^)]*\)", "]", text)
        hits = FOREIGN_PATH.findall(text) + [str(ROOT)] * (str(ROOT) + "/" in text)
        if relative(path).startswith("tests/"):  # what a test calls hostile is no place of ours
            hits = [hit for hit in hits if not hit.startswith("../")]
        if hits:
            found[relative(path)] = hits
    assert not found
