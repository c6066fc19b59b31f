"""Fine-tuning with the transformers Trainer: masked multi-label loss, mixed batches, resume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader
from transformers import EvalPrediction, Trainer, TrainerCallback, TrainingArguments

from data.pairs import Pair
from data.schema import Example
from models.errors import InvalidInput
from models.runtime.serving_graph import mean_embedding
from training.contrast import Inputs, PairBatches, contrastive_loss
from training.dataset import TAUGHT, Collator, Posts
from training.network import load_network, parameter_groups, set_dropout
from training.progress import track
from training.recipe import Recipe
from training.sampling import MixedBatches, draw
from training.teaching import Teaching, lesson_loss, take_lessons
from training.watch import auc_within_sources, watched

LESSONS = "lessons.npz"


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from.

    AUC within each source is reported on `watch` while training runs; `pairs`, if any, train the
    embedding beside the labels; a teacher's scores and embeddings are learnt too.
    """

    train: Sequence[Example]
    watch: Sequence[Example] = ()
    pairs: Sequence[Pair] = ()
    teaching: Teaching | None = None


def masked_loss(logits: torch.Tensor, labels: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
    """Return the binary cross-entropy a post, summed over the labels that are known (not -1)."""
    known = (labels >= 0).float()
    targets = labels.clamp(min=0) * (1 - 2 * smoothing) + smoothing
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits.float(), targets, reduction="none"
    )
    return (losses * known).sum() / len(labels)


def has_bf16() -> bool:
    """Whether this machine multiplies bf16 natively: a GPU's tensor cores or the CPU's own."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()) and "bf16" in _cpu_flags()


def _cpu_flags() -> str:
    info = Path("/proc/cpuinfo")
    return info.read_text() if info.exists() else ""


class MaskedTrainer(Trainer):
    """The library's Trainer with our batches, loss and rates."""

    def __init__(
        self,
        recipe: Recipe,
        posts: Posts,
        batches: MixedBatches,
        pairs: PairBatches | None = None,
        **options: Any,
    ) -> None:
        super().__init__(train_dataset=posts, **options)
        self._posts = posts
        self._batches = batches
        self._recipe = recipe
        self._pairs = iter(pairs) if pairs is not None and len(pairs) else None
        self._read = 0
        self.model_accepts_loss_kwargs = False

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return the loader of mixed micro-batches."""
        return DataLoader(self._posts, batch_sampler=self._batches, collate_fn=self.data_collator)

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """Return AdamW with the head at its own rate."""
        network: Any = model or self.model
        self.optimizer = torch.optim.AdamW(parameter_groups(network, self._recipe))
        return self.optimizer

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Return the masked loss, now and then with that of pairs; the outputs too when asked."""
        labels = inputs["labels"]
        taught = model.training and TAUGHT[0] in inputs
        outputs = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            output_hidden_states=taught,
        )
        smoothing = self._recipe.label_smoothing if model.training else 0.0
        loss = masked_loss(outputs.logits, labels, smoothing)
        if taught:
            loss = loss + self._lesson_loss(outputs, inputs)
        if model.training and self._pairs is not None:
            if self._read % self._recipe.pairs.every == 0:
                loss = loss + self._recipe.pairs.weight * self._pair_loss(model, self._pairs)
            self._read += 1
        return (loss, outputs) if return_outputs else loss

    def _lesson_loss(self, outputs: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        logits, direction = (inputs[name] for name in TAUGHT)
        states = mean_embedding(outputs.hidden_states[-1], inputs["attention_mask"])
        error, turn = lesson_loss(outputs.logits, logits, states, direction)
        weights = self._recipe.distil
        return weights.logits * error + weights.embedding * turn

    def _pair_loss(self, model: Any, pairs: Iterator[tuple[Inputs, Inputs]]) -> torch.Tensor:
        encoder = model.base_model
        sides = []
        for inputs in next(pairs):
            here = {name: tensor.to(model.device) for name, tensor in inputs.items()}
            states = encoder(**here).last_hidden_state
            sides.append(mean_embedding(states, here["attention_mask"]))
        return contrastive_loss(sides[0], sides[1], self._recipe.pairs.temperature)


def _arguments(recipe: Recipe, out: Path, micro_batches: int) -> TrainingArguments:
    accumulate = ceil(recipe.batch_size / recipe.micro_batch_size)
    steps = max(1, micro_batches // accumulate)
    return TrainingArguments(
        output_dir=str(out),
        max_steps=steps,
        gradient_accumulation_steps=accumulate,
        per_device_eval_batch_size=recipe.micro_batch_size,
        warmup_steps=int(recipe.warmup * steps),
        lr_scheduler_type="linear",
        bf16=has_bf16(),
        use_cpu=not torch.cuda.is_available(),
        eval_strategy="steps",
        eval_steps=max(1, steps // recipe.watch_times),
        save_strategy="steps",
        save_steps=max(1, steps // recipe.checkpoints),
        save_total_limit=2,
        logging_steps=max(1, min(25, steps // 10)),
        report_to=["tensorboard"],
        disable_tqdm=False,
        remove_unused_columns=False,
        label_names=["labels"],
        seed=recipe.seed,
        max_grad_norm=1.0,
    )


def last_checkpoint(folder: Path) -> str | None:
    """Return the newest complete checkpoint under `folder`, None without one.

    The state is written last: a folder without it was cut off while it was saved.
    """
    complete = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")]
    newest = max(complete, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
    return None if newest is None else str(newest)


def finetune(
    material: Material,
    names: Sequence[str],
    base_model: str,
    recipe: Recipe,
    out: Path,
    callbacks: Sequence[TrainerCallback] = (),
) -> dict[str, int]:
    """Fine-tune `base_model` on `material` and save model and tokenizer to `out/model`.

    A run that was interrupted goes on from its last checkpoint under `out/checkpoints`. Returns how
    many posts of each source were seen.
    """
    train, pairs = material.train, material.pairs
    model, tokenizer = load_network(base_model, names)
    set_dropout(model, recipe.dropout)
    recipe = recipe.fitted(len(draw([example.source for example in train], recipe)))
    posts = Posts(train, names, tokenizer, recipe, augment=True)
    seen_watch = sorted(watched(material.watch, recipe.watch_posts), key=lambda e: len(e.text))
    watch_posts = Posts(seen_watch, names, tokenizer, recipe)

    def metrics(prediction: EvalPrediction) -> dict[str, float]:
        return auc_within_sources(
            np.asarray(prediction.predictions), watch_posts.labels, watch_posts.sources, names
        )

    batches = MixedBatches(posts.sources, posts.length, recipe)
    if not len(batches):
        raise InvalidInput("the recipe lets no post be seen: give a source more epochs")
    if material.teaching is not None:
        asked = batches.drawn()[: recipe.distil.asked]
        pad_id = int(tokenizer.pad_token_id or 0)
        with track("ask the teacher") as progress:
            posts.lessons = take_lessons(
                material.teaching,
                posts.first_windows(),
                asked,
                names,
                pad_id,
                out / LESSONS,
                progress,
            )
    checkpoints = out / "checkpoints"
    contrasted = bool(pairs) and recipe.pairs.weight > 0
    trainer = MaskedTrainer(
        recipe,
        posts,
        batches,
        PairBatches(pairs, tokenizer, recipe.pairs, recipe.seed) if contrasted else None,
        model=model,
        args=_arguments(recipe, checkpoints, len(batches)),
        eval_dataset=watch_posts,
        data_collator=Collator(int(tokenizer.pad_token_id or 0)),
        compute_metrics=metrics,
        callbacks=list(callbacks),
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(checkpoints))
    trainer.save_model(str(out / "model"))
    tokenizer.save_pretrained(str(out / "model"))
    return batches.counts(posts.sources)
