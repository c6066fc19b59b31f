"""A student keeps layers of its teacher and learns what the teacher says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from data.prepare import load_split
from data.split import TEST
from models.batching import Batch, pad
from models.errors import InvalidInput
from models.jsonfile import read_json
from models.layout import Layout
from models.runtime import OpenVinoBackend
from models.scorer import Scorer
from tests.training.conftest import CORPUS, RECIPE
from training.dataset import Posts
from training.network import load_network
from training.pipeline import STEPS, start_run, take
from training.recipe import DistilSettings
from training.run import Run
from training.teaching import Teaching, lesson_loss, make_student, take_lessons


@pytest.fixture(scope="module")
def windows(trained: Run) -> list[list[int]]:
    tokenizer = AutoTokenizer.from_pretrained(trained.release)
    posts = load_split(trained.prepared, TEST)[:30]
    return Posts(posts, trained.labels, tokenizer, trained.recipe).first_windows()


def test_lessons_are_what_the_release_says_of_the_windows(
    trained: Run, windows: list[list[int]], tmp_path: Path
) -> None:
    names = ["low", *trained.labels]
    asked = list(range(0, 30, 2))
    teaching = Teaching(trained.release)
    lessons = take_lessons(teaching, windows, asked, names, 0, tmp_path / "lessons.npz")
    backend = OpenVinoBackend(trained.release, "f32")
    for row in asked:
        alone = backend.infer(*pad([windows[row]], Batch(len(windows[row]), (0,)), 0))
        np.testing.assert_allclose(lessons.logits[row, 1:], alone.logits[0], atol=0.05)
    assert np.isnan(lessons.logits[:, 0]).all()
    assert np.isnan(lessons.logits[1::2]).all()
    assert not lessons.embeddings[1::2].any()
    lengths = np.linalg.norm(lessons.embeddings[asked].astype(np.float32), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=0.01)


def test_lessons_that_were_kept_are_not_asked_for_again(
    trained: Run, windows: list[list[int]], tmp_path: Path
) -> None:
    kept = tmp_path / "lessons.npz"
    rows = list(range(len(windows)))
    first = take_lessons(Teaching(trained.release), windows, rows, trained.labels, 0, kept)

    def never(steps: object) -> range:
        raise AssertionError("asked again")

    silent = np.zeros_like(first.logits, dtype=bool)
    silent[3] = True
    teaching = Teaching(trained.release, silent)
    again = take_lessons(teaching, windows, rows, trained.labels, 0, kept, never)
    assert np.isnan(again.logits[3]).all()
    np.testing.assert_array_equal(np.delete(again.logits, 3, 0), np.delete(first.logits, 3, 0))


def test_a_silent_teacher_costs_nothing() -> None:
    logits = torch.tensor([[1.0, 2.0]], requires_grad=True)
    taught = torch.tensor([[torch.nan, 1.0]])
    direction = torch.tensor([[1.0, 0.0]])
    error, turn = lesson_loss(logits, taught, direction, direction)
    assert error.item() == pytest.approx(1.0)
    assert turn.item() == pytest.approx(0.0)
    error.backward()
    assert logits.grad is not None
    assert logits.grad.tolist() == [[0.0, 2.0]]


def test_a_student_has_the_layers_that_are_named(trained: Run, tmp_path: Path) -> None:
    folder = make_student(trained.release, [1], tmp_path / "student")
    student, _ = load_network(str(folder), trained.labels)
    teacher, _ = load_network(str(trained.release), trained.labels)
    assert student.config.num_hidden_layers == 1
    kept, whole = student.state_dict(), teacher.state_dict()
    name = "encoder.layer.{}.attention.self.query.weight"
    torch.testing.assert_close(
        kept[f"bert.{name.format(0)}"], whole[f"bert.{name.format(1)}"], atol=1e-3, rtol=1e-3
    )


def test_layers_that_are_not_there_are_refused(trained: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="choose among them"):
        make_student(trained.release, [0, 12], tmp_path / "student")


def test_a_student_becomes_a_release_that_names_its_teacher(trained: Run, tmp_path: Path) -> None:
    unlabelled = tmp_path / "reposts.jsonl"
    unlabelled.write_text('{"text": "转发微博"}\n{"text": "早上好"}\n', encoding="utf-8")
    recipe = RECIPE.model_copy(
        update={"distil": DistilSettings(layers=(0,), unlabelled=2), "epochs": 1.0}
    )
    pairs = tmp_path / "pairs.jsonl"
    pair = {"query": "隔夜菜会致癌", "debunk": "没有证据。", "query_kind": "claim", "set": "own"}
    pairs.write_text(json.dumps(pair), encoding="utf-8")
    run = start_run(
        CORPUS,
        tmp_path / "small",
        None,
        recipe,
        "small",
        pairs=[pairs],
        teacher=trained.release,
        unlabelled=[unlabelled],
    )
    take(run, STEPS, lambda _: None)
    release = Scorer.open(run.release).release
    assert read_json(Layout(run.release).config)["num_hidden_layers"] == 1
    seen = {entry["source"]: entry["seen"] for entry in read_json(Layout(run.release).sources)}
    assert seen["reposts"] == seen["pairs"] == 2
    assert seen["sample"] > trained.seen["sample"], "what the teacher saw counts as well"
    assert trained.release.name in Layout(run.release).card.read_text(encoding="utf-8")
    assert release.labels == tuple(trained.labels)


def test_a_student_goes_on_from_a_release_that_is_named(trained: Run, tmp_path: Path) -> None:
    teacher = tmp_path / "teacher"
    shutil.copytree(trained.release, teacher)
    recipe = RECIPE.model_copy(update={"distil": DistilSettings(layers=(0,)), "epochs": 0.3})
    out, start = tmp_path / "further", str(trained.release)
    run = start_run(CORPUS, out, start, recipe, "further", teacher=teacher)
    assert not run.begins_with_teacher
    take(run, STEPS, lambda _: None)
    layers = [
        read_json(Layout(one).config)["num_hidden_layers"] for one in (trained.release, run.release)
    ]
    assert layers[0] == layers[1] > 1, "it keeps its own layers instead of the teacher's first"
