"""Fixtures shared by all tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.scorer import Scorer


@pytest.fixture(scope="session")
def tiny_base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random encoder folder, usable as `--base-model`."""
    from tests.tiny import build_base_model

    return build_base_model(tmp_path_factory.mktemp("tiny") / "base-model")


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory, tiny_base_model: Path) -> Path:
    """A complete release of a random model; read it only, or take `release_copy`."""
    from tests.tiny import NAME, build_release

    return build_release(tmp_path_factory.mktemp("releases") / NAME, tiny_base_model)


@pytest.fixture(scope="session")
def tiny_scorer(tiny_release: Path) -> Scorer:
    """A scorer on the tiny release in f32."""
    return Scorer.open(tiny_release, precision="f32", threads=1)


@pytest.fixture(scope="session")
def int8_release(tiny_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny release with an int8 graph; read it only."""
    from tests.int8 import add_int8_graph

    folder = tmp_path_factory.mktemp("int8") / tiny_release.name
    return add_int8_graph(Path(shutil.copytree(tiny_release, folder)))


@pytest.fixture
def release_copy(tiny_release: Path, tmp_path: Path) -> Path:
    """A copy of the tiny release that a test may damage."""
    return Path(shutil.copytree(tiny_release, tmp_path / "release"))
