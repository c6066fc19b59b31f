"""Quantisation writes a smaller graph that is measured before it is kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models.golden import GoldenMismatch, read_golden, write_golden
from models.layout import Layout
from models.manifest import write_manifest
from models.parity import read_parity
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Scorer
from tests.int8 import NEAR
from tests.tiny import NAME, build_classifier, build_tokenizer
from training import quantise
from training.export import export_model
from training.quantise import add_int8


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[quantise.Trial]:
    """Replaces quantisation by a copy of the graph, for tests of what surrounds it."""
    taken: list[quantise.Trial] = []

    def copy(layout: Layout, _windows: object, trial: quantise.Trial) -> None:
        taken.append(trial)
        shutil.copyfile(layout.graph, layout.graph_int8)
        shutil.copyfile(layout.graph_weights, layout.graph_int8_weights)

    monkeypatch.setattr(quantise, "add_graph", copy)
    return taken


def test_the_first_trial_that_is_near_enough_is_kept(
    release_copy: Path, written: list[quantise.Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter([replace(NEAR, mean=0.5), NEAR])
    monkeypatch.setattr(quantise, "compare", lambda *_: next(measured))
    said: list[str] = []
    assert add_int8(Release.load(release_copy), said.append) == NEAR
    assert written == list(quantise.TRIALS[:2])
    assert read_parity(Layout(release_copy).parity) == {"int8": NEAR}
    assert all("probabilities differ" in line for line in said)


def test_nothing_is_left_where_no_trial_is_near_enough(
    release_copy: Path, written: list[quantise.Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantise, "compare", lambda *_: replace(NEAR, changed=0.5))
    said: list[str] = []
    assert add_int8(Release.load(release_copy), said.append) is None
    assert len(written) == len(quantise.TRIALS)
    assert not any(path.exists() for path in Layout(release_copy).int8_files)
    assert "too far" in said[-1]


def test_a_release_without_room_goes_without(
    release_copy: Path, written: list[quantise.Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantise, "LARGEST_RELEASE", 1000)
    assert add_int8(Release.load(release_copy), lambda _: None) is None
    assert not written


def test_parity_of_the_same_graph_is_perfect(
    release_copy: Path, written: list[quantise.Trial]
) -> None:
    reference = Scorer(Release.load(release_copy), OpenVinoBackend(release_copy, "f32"))
    quantise.add_graph(Layout(release_copy), [], quantise.TRIALS[0])
    windows = [reference.encode(post).windows[0] for post in quantise.own_posts()[:8]]
    parity = quantise.compare(reference.release, windows, reference.infer(windows))
    assert parity.posts == 8
    assert parity.embedding > 0.999
    # A random model lies near its thresholds: a flag may turn where the rest is computed in bf16.
    assert parity.mean < 0.01
    assert parity.p99 < 0.05


def test_the_int8_graph_is_smaller_and_quantised(int8_release: Path) -> None:
    layout = Layout(int8_release)
    graph = layout.graph_int8.read_text(encoding="utf-8")
    assert "FakeQuantize" in graph
    assert "FakeQuantize" not in layout.graph.read_text(encoding="utf-8")
    assert str(int8_release.parent) not in graph
    assert layout.graph_int8_weights.stat().st_size < layout.graph_weights.stat().st_size


def test_the_self_test_holds_int8_against_scores_of_its_own(
    int8_release: Path, tmp_path: Path
) -> None:
    assert Scorer.open(int8_release, precision="int8").backend.precision == "int8"
    folder = Path(shutil.copytree(int8_release, tmp_path / NAME))
    layout = Layout(folder)
    first, *rest = read_golden(layout.golden)
    shifted = {label: 1 - score for label, score in first.int8.items()}
    write_golden(layout.golden, [replace(first, int8=shifted), *rest])
    write_manifest(folder, NAME)
    assert Scorer.open(folder, precision="f32")
    with pytest.raises(GoldenMismatch, match="failed in int8"):
        Scorer.open(folder, precision="int8")


def test_a_new_export_removes_the_int8_graph_of_the_old_weights(
    int8_release: Path, tiny_base_model: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(int8_release, tmp_path / NAME))
    export_model(build_classifier(tiny_base_model), build_tokenizer(), folder)
    assert not any(path.exists() for path in Layout(folder).int8_files)
