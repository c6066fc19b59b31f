"""Language adaptation: an encoder comes out that has read the posts and can be trained further."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from data.schema import Example
from models.errors import InvalidInput
from tests.training.posts import post
from training.adapt import adapt, reading_matter
from training.network import load_network
from training.recipe import ADAPT_RECIPE, Recipe, load_recipe
from training.run import Run

RECIPE = Recipe(
    epochs=1.0, batch_size=8, micro_batch_size=8, max_length=32, window_overlap=8,
    learning_rate=1e-2,
)  # fmt: skip


def posts(count: int) -> list[Example]:
    return [post(f"今天天气不错{place}", "mine", abuse=0) for place in range(count)]


@pytest.fixture(scope="module")
def masking(tiny_base_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder with a mask token."""
    folder = tmp_path_factory.mktemp("masking") / "base-model"
    shutil.copytree(tiny_base_model, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.mask_token = tokenizer.unk_token
    tokenizer.save_pretrained(folder)
    return folder


def test_the_encoder_learns_and_can_be_fine_tuned(
    tiny_base_model: Path, masking: Path, tmp_path: Path
) -> None:
    folder = adapt(posts(32), str(masking), RECIPE, tmp_path)
    before, _ = load_network(str(tiny_base_model), ["abuse"])
    after, tokenizer = load_network(str(folder), ["abuse"])
    name = "bert.encoder.layer.0.attention.self.query.weight"
    assert not torch.allclose(before.state_dict()[name], after.state_dict()[name])
    assert tokenizer.mask_token_id is not None


def test_a_finished_run_is_not_read_again(masking: Path, tmp_path: Path) -> None:
    folder = adapt(posts(16), str(masking), RECIPE, tmp_path)
    first = (folder / "model.safetensors").read_bytes()
    adapt(posts(16), str(masking), RECIPE, tmp_path)
    assert (folder / "model.safetensors").read_bytes() == first


def test_an_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no Hugging Face encoder"):
        adapt(posts(2), str(tmp_path), RECIPE, tmp_path / "out")


def test_an_encoder_without_a_mask_is_refused(tiny_base_model: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no mask token"):
        adapt(posts(2), str(tiny_base_model), RECIPE, tmp_path)


def test_training_posts_are_read_as_well(trained: Run, tmp_path: Path) -> None:
    path = tmp_path / "reposts.jsonl"
    path.write_text('{"text": "早上好"}\n', encoding="utf-8")
    found = reading_matter([path], trained.prepared, 5, seed=1)
    assert [example.source for example in found] == ["reposts", *["sample"] * 5]
    with pytest.raises(InvalidInput, match="data prepare"):
        reading_matter([path], tmp_path, 5, seed=1)


def test_the_shipped_recipe_loads() -> None:
    assert load_recipe(ADAPT_RECIPE).epochs == 1.0
