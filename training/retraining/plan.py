"""How many posts are seen: as many passes as wanted, or as the time allows at the measured rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from time import perf_counter

import torch

from data.schema import Example
from training.dataset import Collator, Posts
from training.finetune import has_bf16, masked_loss
from training.network import load_network, parameter_groups
from training.recipe import Recipe, SourceWeight

MEASURED_ON = 200
TIMED = 2
# Micro-batches are padded to their longest post, and the lessons of the champion cost a little.
CAUTION = 0.8
OWN, REHEARSED = "the user's own", "kept in mind"


def measure_rate(
    base_model: str, names: Sequence[str], posts: Sequence[Example], recipe: Recipe
) -> float:
    """Return how many of such posts are read, forward and back, in a second on this machine."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tokenizer = load_network(base_model, names)
    model.to(device).train()  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(parameter_groups(model, recipe))
    some = Posts(posts[:MEASURED_ON], names, tokenizer, recipe)
    some.labels[:] = 0
    collate = Collator(int(tokenizer.pad_token_id or 0))
    lengths = Counter(some.length(item) for item in range(len(some)))
    seconds = 0.0
    for length, number in sorted(lengths.items()):
        item = next(item for item in range(len(some)) if some.length(item) == length)
        batch = collate([some[item]] * recipe.micro_batch_size)
        batch = {name: tensor.to(device) for name, tensor in batch.items()}
        for turn in range(1 + TIMED):
            if turn == 1:  # the first turn compiles the kernels of this length
                began = perf_counter()
            with torch.autocast(device, dtype=torch.bfloat16, enabled=has_bf16()):
                logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
            masked_loss(logits, batch["labels"]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            optimizer.zero_grad()
        each = (perf_counter() - began) / TIMED / recipe.micro_batch_size
        seconds += each * number / len(some)
    return 1 / seconds


def plan(
    recipe: Recipe, train: Sequence[Example], own: Collection[str], rate: float, seconds: float
) -> Recipe:
    """Return the recipe with passes for every source of `train` that fit into `seconds`.

    `own` names the user's sources; `rate` is in posts a second. The passes are never more than the
    recipe's, and both kinds shrink alike.
    """
    wanted = {
        source: recipe.retrain.own_epochs if source in own else recipe.retrain.rehearsal_epochs
        for source in dict.fromkeys(example.source for example in train)
    }
    posts = sum(wanted[example.source] for example in train)
    scale = min(1.0, rate * CAUTION * seconds / max(posts, 1.0))
    weights = {
        source: SourceWeight(
            epochs=round(epochs * scale, 3), why=OWN if source in own else REHEARSED
        )
        for source, epochs in wanted.items()
    }
    return recipe.model_copy(update={"epochs": 1.0, "sources": weights})
