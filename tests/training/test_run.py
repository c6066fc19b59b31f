"""The record of a run survives the disk and a move to another machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.errors import InvalidInput
from training.recipe import Recipe, SourceWeight
from training.run import RECORDED, Run, environment, load_run


def prepared(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{}", encoding="utf-8")
    (folder / "train.jsonl.gz").touch()
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    out = tmp_path / "here" / "first"
    return Run(
        out=out,
        name="mine",
        base_model=str(tmp_path / "somewhere" / "encoder"),
        recipe=Recipe(epochs=2, sources={"ced": SourceWeight(epochs=3, why="good")}),
        prepared=prepared(out / "prepared"),
        labels=["rumour"],
        not_judged=["porn"],
        seen={"ced": 12},
        environment={"torch": "2"},
    )


def test_a_run_is_read_as_it_was_written(run: Run) -> None:
    run.save()
    again = load_run(run.out)
    assert again.base_model == "encoder"
    again.base_model = run.base_model
    assert again == run


def test_a_record_names_no_folder_of_the_machine(run: Run, tmp_path: Path) -> None:
    run.save()
    assert str(tmp_path) not in (run.out / "run.json").read_text(encoding="utf-8")


def test_a_run_may_move(run: Run, tmp_path: Path) -> None:
    run.save()
    there = Path(shutil.move(run.out, tmp_path / "there"))
    moved = load_run(there)
    assert (moved.prepared, moved.model) == (there / "prepared", there / "model")


def test_a_corpus_outside_the_run_must_be_named(run: Run, tmp_path: Path) -> None:
    run.prepared = Path(shutil.move(run.prepared, tmp_path / "corpus"))
    run.save()
    with pytest.raises(InvalidInput, match="name it with --data"):
        load_run(run.out)
    assert load_run(run.out, tmp_path / "corpus").prepared == tmp_path / "corpus"


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"holds no run\.json"):
        load_run(tmp_path)


def test_fine_tuning_is_finished_with_its_model_and_its_counts(run: Run) -> None:
    assert not run.finetuned
    run.model.mkdir()
    (run.model / "model.safetensors").touch()
    assert run.finetuned
    run.seen = {}
    assert not run.finetuned


def test_the_environment_names_what_a_result_depends_on() -> None:
    assert set(environment()) == {"python", "machine", *RECORDED}
    assert all(environment().values())
