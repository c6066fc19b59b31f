"""The road of a release: refused early, resumed where it stopped, finished on another machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from data.schema import Example
from models.errors import InvalidInput
from models.jsonfile import read_object
from models.labels import LABEL_NAMES
from models.scorer import Post, Scorer
from tests.training.conftest import CORPUS, NAME, RECIPE
from tests.training.posts import post, random_text, write_posts
from training.dataset import Posts
from training.finetune import MaskedTrainer
from training.pipeline import (
    AFTER_FINETUNE,
    STEPS,
    choose_labels,
    finetune_step,
    start_run,
    take,
)
from training.run import Run, load_run
from training.sampling import MixedBatches


def ignore(message: str) -> None:
    pass


@pytest.fixture
def copied(trained: Run, tmp_path: Path) -> Path:
    """The run's folder as it is on another machine, with fine-tuning done and no more."""
    there = Path(shutil.copytree(trained.out, tmp_path / "another" / "machine"))
    shutil.rmtree(there / "release")
    return there


def corpus(folder: Path, **counts: tuple[int, int]) -> Path:
    """Write posts that know one label each: negatives and positives by label."""
    chance = Random(4)
    examples: list[Example] = []
    for name, numbers in counts.items():
        for value, number in enumerate(numbers):
            examples += [post(random_text(chance), "user", **{name: value}) for _ in range(number)]
    folder.mkdir(parents=True, exist_ok=True)
    return write_posts(folder / "posts.jsonl", examples)


def test_the_steps_leave_a_release_and_say_so(trained: Run, said: list[str]) -> None:
    assert trained.finetuned
    assert Scorer.open(trained.release).score([Post("今天下雨，出门记得带伞。")])
    assert any("calibrated" in line for line in said)
    assert any(str(trained.release) in line for line in said)


def test_the_record_counts_what_was_seen(trained: Run) -> None:
    record = read_object(trained.out / "run.json")
    assert record["name"] == NAME
    assert record["seen"] == trained.seen
    report = read_object(trained.prepared / "report.json")
    wanted = report["splits"]["train"] * RECIPE.epochs
    assert wanted - RECIPE.batch_size < trained.seen["sample"] <= wanted + 1


def test_auc_within_sources_is_watched(trained: Run) -> None:
    states = list((trained.out / "checkpoints").glob("checkpoint-*/trainer_state.json"))
    watched = [entry for path in states for entry in read_object(path)["log_history"]]
    assert any("eval_auc" in entry for entry in watched)
    assert any("eval_auc/rumour/sample" in entry for entry in watched)


def test_an_interrupted_run_goes_on_and_ends_the_same(
    trained: Run, copied: Path, tiny_base_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(copied / "model")
    by_step = sorted(
        (copied / "checkpoints").glob("checkpoint-*"), key=lambda p: int(p.name.split("-")[1])
    )
    last = int(by_step[-1].name.split("-")[1])
    kept = int(by_step[-2].name.split("-")[1])
    (by_step[-1] / "trainer_state.json").unlink()  # cut off while it was saved
    shown: list[int] = []
    order: list[int] = []
    show, batches = Posts.__getitem__, MixedBatches.__iter__

    def shown_post(self: Posts, item: int) -> Any:
        shown.extend([item] if self._augment else [])
        return show(self, item)

    def ordered(self: MixedBatches) -> Any:
        order[:] = [item for batch in batches(self) for item in batch]
        return batches(self)

    monkeypatch.setattr(Posts, "__getitem__", shown_post)
    monkeypatch.setattr(MixedBatches, "__iter__", ordered)
    run = start_run(CORPUS, copied, str(tiny_base_model), RECIPE, NAME)
    assert not run.finetuned
    finetune_step(run, ignore)
    assert 0 < kept < last
    assert shown == order[kept * RECIPE.batch_size :]
    assert load_run(copied).seen == trained.seen
    whole = load_file(trained.model / "model.safetensors")
    resumed = load_file(run.model / "model.safetensors")
    for name, weights in whole.items():
        # Augmentation draws anew, so the last step may differ by as much as its small rate.
        torch.testing.assert_close(resumed[name], weights, rtol=0, atol=2e-3, msg=name)


def test_a_finished_run_is_neither_repeated_nor_written_over(
    trained: Run, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MaskedTrainer, "__init__", None)  # any new training would fail
    before = (copied / "run.json").read_bytes()
    # As `mingjian train --baseline` does in the folder of a run: no base model, no recipe named.
    run = start_run(CORPUS, copied, None, None)
    assert (run.recipe, run.seen, run.name) == (trained.recipe, trained.seen, NAME)
    assert (copied / "run.json").read_bytes() == before
    said: list[str] = []
    finetune_step(run, said.append)
    assert said == ["fine-tune: done before"]


def test_a_run_is_finished_on_another_machine(trained: Run, copied: Path) -> None:
    shutil.rmtree(copied / "checkpoints")
    folder = take(load_run(copied), AFTER_FINETUNE, ignore)
    assert folder == copied / "release"
    ours, theirs = Scorer.open(trained.release), Scorer.open(folder)
    assert theirs.release.name == NAME
    posts = [Post("免费领奖，加微信"), Post("明天电台说明", title="通知")]
    for here, there in zip(ours.score(posts), theirs.score(posts), strict=True):
        assert there.probabilities == pytest.approx(here.probabilities, abs=1e-4)


def test_fine_tuning_alone_leaves_no_release(tmp_path: Path, tiny_base_model: Path) -> None:
    assert (finetune_step, *AFTER_FINETUNE) == STEPS
    data = corpus(tmp_path / "data", abuse=(90, 90))
    recipe = RECIPE.model_copy(update={"epochs": 0.2, "watch_posts": 60})
    run = start_run([data], tmp_path / "run", str(tiny_base_model), recipe)
    take(run, STEPS[: -len(AFTER_FINETUNE)], ignore)
    assert run.finetuned
    assert not run.release.exists()
    assert run.name == "run"


def test_labels_with_few_held_out_posts_are_not_judged(
    tmp_path: Path, tiny_base_model: Path
) -> None:
    data = corpus(tmp_path, abuse=(100, 100), fraud=(100, 15), porn=(0, 100))
    run = start_run([data], tmp_path / "run", str(tiny_base_model), RECIPE)
    assert run.labels == ["abuse"]
    assert run.not_judged == [name for name in LABEL_NAMES if name != "abuse"]
    assert load_run(run.out).not_judged == run.not_judged


def test_a_label_of_ones_own_is_judged_where_it_is_asked_for(
    tmp_path: Path, tiny_base_model: Path
) -> None:
    data = corpus(tmp_path, abuse=(100, 100), spoiler=(100, 100))
    base = str(tiny_base_model)
    assert start_run([data], tmp_path / "plain", base, RECIPE).labels == ["abuse"]
    run = start_run([data], tmp_path / "run", base, RECIPE, added=["spoiler"])
    assert run.labels == ["abuse", "spoiler"]
    assert "spoiler" not in run.not_judged
    with pytest.raises(InvalidInput, match="no name for a label"):
        start_run([data], tmp_path / "other", base, RECIPE, added=["剧透"])


def test_a_corpus_that_can_judge_nothing_is_refused_before_training(
    tmp_path: Path, tiny_base_model: Path
) -> None:
    out = tmp_path / "run"
    small = corpus(tmp_path / "small", abuse=(15, 15))
    with pytest.raises(InvalidInput, match=r"no label has 20 held-out .* bring more Examples"):
        start_run([small], out, str(tiny_base_model), RECIPE)
    assert not (out / "run.json").exists()
    assert not (out / "model").exists()
    larger = corpus(tmp_path / "larger", abuse=(100, 100))
    assert start_run([larger], out, str(tiny_base_model), RECIPE).labels == ["abuse"]


def test_a_label_must_be_held_out_for_calibration_and_for_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [post(abuse=value, rumour=value) for value in (0, 1) for _ in range(30)]
    splits = {
        "calibration": [*both, *[post(fraud=value) for value in (0, 1) for _ in range(30)]],
        "test": both,
        "test_time": [],
    }
    monkeypatch.setattr("training.pipeline.load_split", lambda _, name: splits[name])
    assert choose_labels(tmp_path)[0] == ["rumour", "abuse"]


def test_a_prepared_folder_is_taken_as_it_is(
    trained: Run, tmp_path: Path, tiny_base_model: Path
) -> None:
    run = start_run([trained.prepared], tmp_path / "run", str(tiny_base_model), RECIPE)
    assert run.prepared == trained.prepared
    assert not (tmp_path / "run" / "prepared").exists()
    assert run.labels == trained.labels


def test_a_run_begun_with_other_data_is_not_taken_over(trained: Run, tmp_path: Path) -> None:
    other = corpus(tmp_path / "other", abuse=(60, 60))
    with pytest.raises(InvalidInput, match="begun with other data"):
        start_run([other], trained.out, None, RECIPE)
