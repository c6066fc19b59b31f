"""Language adaptation: an encoder reads our kind of posts by guessing masked pieces of them.

The masked-language objective (Devlin et al. 2019; 15 % of the pieces) on posts without labels and
on those of the training split. What comes out is an encoder like the one that went in, a
`--base-model` for `mingjian train`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForMaskedLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)

from data.prepare import is_prepared, load_split
from data.schema import Example
from data.split import TRAIN
from data.unlabelled import read_unlabelled
from models.errors import InvalidInput
from training.dataset import LENGTH_STEP, Posts
from training.finetune import has_bf16, last_checkpoint
from training.recipe import Recipe

MASKED = 0.15
WARMUP = 0.06
CHECKPOINTS = 8
FOLDER = "encoder"


class Texts(Posts):
    """Posts without their labels: an item is one window of token ids."""

    def __getitem__(self, item: int) -> dict[str, Any]:
        return {"input_ids": super().__getitem__(item)["input_ids"]}


def adapt(examples: Sequence[Example], base_model: str, recipe: Recipe, out: Path) -> Path:
    """Adapt `base_model` to the texts of `examples`; return the folder `out/encoder`.

    Each text is read `recipe.epochs` times in windows of `recipe.max_length` tokens. An interrupted
    run goes on. Raises InvalidInput for an encoder that cannot be loaded or has no mask.
    """
    model, tokenizer = _load(base_model)
    texts = Texts(examples, (), tokenizer, recipe, augment=False)
    trainer = Trainer(
        model=model,
        args=_arguments(recipe, out / "checkpoints"),
        train_dataset=texts,
        data_collator=DataCollatorForLanguageModeling(
            tokenizer, mlm_probability=MASKED, pad_to_multiple_of=LENGTH_STEP
        ),
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(out / "checkpoints"))
    folder = out / FOLDER
    network: Any = trainer.model
    network.base_model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


def reading_matter(
    unlabelled: Sequence[Path], prepared: Path | None, posts: int, seed: int
) -> list[Example]:
    """Return at most `posts` posts of the unlabelled files, and as many of a training split.

    Raises InvalidInput for a bad line, or a folder that `mingjian data prepare` did not write.
    """
    if prepared is not None and not is_prepared(prepared):
        raise InvalidInput(f"{prepared} is no folder that `mingjian data prepare` wrote: name one")
    train = load_split(prepared, TRAIN) if prepared is not None else []
    drawn = random.Random(seed).sample(train, min(posts, len(train)))
    return read_unlabelled(unlabelled, posts, seed) + drawn


def _load(base_model: str) -> tuple[Any, PreTrainedTokenizerBase]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(base_model)
        model = AutoModelForMaskedLM.from_pretrained(
            base_model, dtype=torch.float32, use_safetensors=True
        )
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"{base_model} is no Hugging Face encoder with tokenizer and safetensors: {error}"
        ) from error
    if tokenizer.mask_token_id is None:
        raise InvalidInput(f"the tokenizer of {base_model} has no mask token: choose another")
    return model, tokenizer


def _arguments(recipe: Recipe, out: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(out),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        train_sampling_strategy="group_by_length",
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_steps=WARMUP,
        lr_scheduler_type="linear",
        bf16=has_bf16(),
        use_cpu=not torch.cuda.is_available(),
        save_strategy="steps",
        save_steps=1 / CHECKPOINTS,
        save_total_limit=1,
        logging_steps=25,
        report_to=["tensorboard"],
        remove_unused_columns=False,
        seed=recipe.seed,
    )
