"""The loss and the checkpoints of fine-tuning; the run itself is in test_pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from models.errors import InvalidInput
from tests.training.posts import post
from training.finetune import Material, finetune, last_checkpoint, masked_loss
from training.recipe import Recipe, SourceWeight

LOGITS = torch.tensor([[0.3, -2.0, 5.0], [-1.0, 0.0, 2.5]])
LABELS = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
bce = torch.nn.functional.binary_cross_entropy_with_logits


def test_with_every_label_known_the_loss_is_plain_cross_entropy_a_post() -> None:
    expected = bce(LOGITS, LABELS, reduction="sum") / 2
    torch.testing.assert_close(masked_loss(LOGITS, LABELS), expected)


def test_an_unknown_label_has_no_gradient() -> None:
    labels = torch.tensor([[1.0, -1.0, 0.0], [-1.0, -1.0, -1.0]])
    logits = LOGITS.clone().requires_grad_()
    loss = masked_loss(logits, labels)
    loss.backward()
    assert logits.grad is not None
    assert ((logits.grad != 0) == (labels >= 0)).all()
    changed = LOGITS + (labels < 0) * 100
    torch.testing.assert_close(masked_loss(changed, labels), loss.detach())


def test_nothing_known_costs_nothing() -> None:
    logits = LOGITS.clone().requires_grad_()
    loss = masked_loss(logits, torch.full_like(LABELS, -1.0), smoothing=0.1)
    loss.backward()
    assert loss.item() == 0.0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_a_post_weighs_the_same_whatever_else_is_in_the_batch() -> None:
    alone = masked_loss(LOGITS[:1], LABELS[:1])
    unknown = torch.full((3, 3), -1.0)
    beside = masked_loss(
        torch.cat([LOGITS[:1], torch.zeros(3, 3)]), torch.cat([LABELS[:1], unknown])
    )
    torch.testing.assert_close(beside * 4, alone)


def test_smoothing_moves_targets_towards_the_middle() -> None:
    expected = bce(LOGITS, LABELS * 0.8 + 0.1, reduction="sum") / 2
    torch.testing.assert_close(masked_loss(LOGITS, LABELS, smoothing=0.1), expected)


def test_the_loss_is_computed_in_full_precision() -> None:
    loss = masked_loss(LOGITS.to(torch.bfloat16), LABELS)
    assert loss.dtype == torch.float32


def test_the_newest_complete_checkpoint_is_taken(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path / "none") is None
    for step, complete in [(9, True), (10, True), (100, False)]:
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "model.safetensors").touch()
        if complete:
            (folder / "trainer_state.json").touch()
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-10")


def test_a_recipe_that_shows_nothing_is_refused(tiny_base_model: Path, tmp_path: Path) -> None:
    recipe = Recipe(sources={"user": SourceWeight(epochs=0)})
    with pytest.raises(InvalidInput, match="give a source more epochs"):
        finetune(Material([post(rumour=1)]), ["rumour"], str(tiny_base_model), recipe, tmp_path)
