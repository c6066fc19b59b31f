"""constraints.txt pins what pyproject.toml asks for, in a form any pip takes."""

from __future__ import annotations

import re

import pytest

from tests.house.project import ROOT, pyproject

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[0-9][A-Za-z0-9.!]*)")


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    matches = [PIN.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert None not in matches, "constraints.txt holds a line that is no plain NAME==VERSION"
    return {canonical(match["name"]): match["version"] for match in matches}


def test_every_declared_dependency_is_pinned(pins: dict[str, str]) -> None:
    project = pyproject()["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {canonical(re.match(r"[\w.-]+", line)[0]) for group in groups for line in group}
    assert names <= set(pins)


def test_torch_is_pinned_without_a_build_suffix(pins: dict[str, str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", pins["torch"])


def test_the_base_install_names_no_training_library() -> None:
    base = " ".join(pyproject()["project"]["dependencies"])
    assert not re.search(r"torch|transformers|datasets|scikit-learn|pandas", base)
