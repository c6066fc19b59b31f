"""Leaving a source out: nothing of it is learnt, and it is judged on what it has."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from data.prepare import load_split, prepare
from data.schema import Example
from data.split import TRAIN
from models.errors import InvalidInput
from models.jsonfile import read_object
from tests.training.posts import post, random_text, write_posts
from training.evaluation import leave_one_out as module
from training.evaluation.leave_one_out import (
    JUDGED,
    Plan,
    judged_sample,
    leave_one_out,
    training_sample,
    with_positives,
)
from training.recipe import Recipe

RECIPE = Recipe(
    epochs=0.5, max_length=32, window_overlap=8, batch_size=16, micro_batch_size=8,
    watch_times=1, watch_posts=2, checkpoints=1, least_steps=1,
)  # fmt: skip


def posts(source: str, count: int, **labels: int) -> list[Example]:
    chance = random.Random(source + str(labels))
    return [post(random_text(chance), source, **labels) for _ in range(count)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources know abuse both ways, one holds rumours only, one ordinary posts."""
    folder = tmp_path_factory.mktemp("loso")
    examples = [
        *posts("first", 60, abuse=1), *posts("first", 60, abuse=0),
        *posts("second", 60, abuse=1), *posts("second", 60, abuse=0),
        *posts("accused", 60, rumour=1), *posts("plain", 200, rumour=0, abuse=0),
    ]  # fmt: skip
    prepare([write_posts(folder / "all.jsonl", examples)], folder / "prepared")
    return folder / "prepared"


@pytest.fixture(scope="module")
def results(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, tiny_base_model: Path
) -> Path:
    out = tmp_path_factory.mktemp("out")
    plan = Plan(prepared, out, str(tiny_base_model), RECIPE, 150)
    return leave_one_out(plan, ["first", "accused"], None, lambda _: None)


def test_labels_are_judged_on_the_source_alone(results: Path) -> None:
    found = read_object(results)["sources"]
    abuse = found["first"]["labels"]["abuse"]
    assert (abuse["positives"], abuse["negatives"]) == (60, 60)
    assert abuse["note"] == module.WITHIN
    assert 0 <= abuse["auc_interval"][0] <= abuse["auc"] <= abuse["auc_interval"][1] <= 1
    assert 0 <= abuse["linear_auc"] <= 1
    assert set(found["first"]["labels"]) == {"abuse"}


def test_what_nobody_else_knows_cannot_be_learnt(results: Path) -> None:
    rumour = read_object(results)["sources"]["accused"]["labels"]["rumour"]
    assert (rumour["auc"], rumour["linear_auc"], rumour["positives"]) == (None, None, 60)
    assert "too few" in rumour["note"]


def test_models_are_not_kept(results: Path) -> None:
    assert [path.name for path in results.parent.iterdir()] == [module.LEFT_OUT]


def test_done_sources_stay_done_and_settings_are_held(
    results: Path, prepared: Path, tiny_base_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("trained again")

    monkeypatch.setattr(module, "finetune", refuse)
    plan = Plan(prepared, results.parent, str(tiny_base_model), RECIPE, 150)
    said: list[str] = []
    leave_one_out(plan, ["first", "second"], 0, said.append)
    assert said[0] == "first: done before"
    assert "goes on with second" in said[1]
    other = Plan(prepared, results.parent, str(tiny_base_model), RECIPE, 151)
    with pytest.raises(InvalidInput, match="another posts"):
        leave_one_out(other, (), None, said.append)


def test_unknown_and_spoilt_sources_are_refused(
    prepared: Path, tmp_path: Path, tiny_base_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(prepared, tmp_path, str(tiny_base_model), RECIPE, 150)
    with pytest.raises(InvalidInput, match="no posts of nobody"):
        leave_one_out(plan, ["nobody"], None, print)
    monkeypatch.setattr(module, "seen_by", lambda _: {"first": 5})
    with pytest.raises(InvalidInput, match="was trained on first"):
        leave_one_out(plan, ["first"], None, print)


def test_samples_give_every_source_its_share(prepared: Path) -> None:
    examples = load_split(prepared, TRAIN)
    drawn = Counter(example.source for example in training_sample(examples, 60))
    assert set(drawn) == {"first", "second", "accused", "plain"}
    assert max(drawn.values()) - min(drawn.values()) <= 1
    assert sum(drawn.values()) == 60
    whole = training_sample(examples, 10_000)
    assert len(whole) == len(examples)
    assert with_positives(examples) == ["accused", "first", "second"]


def test_a_class_that_is_missing_is_borrowed() -> None:
    own = posts("accused", JUDGED + 50, rumour=1)
    others = posts("plain", 30, rumour=0) + posts("other", 30, rumour=1)
    drawn = Counter(e.source for e in judged_sample(own, others))
    assert drawn == {"accused": JUDGED, "plain": 30}
