"""Where the output of a new label begins: not at random, which would shake what is known.

A logistic regression on what the champion's last layer reads gives the first weights, and
fine-tuning goes on from there (Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features").
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegressionCV

from data.schema import Example
from models.errors import InvalidInput
from training.dataset import Collator, Posts
from training.network import LAST_LAYER, load_network
from training.recipe import Recipe

MOST = 2_000
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
FOLDS = 4
BATCH = 32


def probe(
    base_model: str,
    names: Sequence[str],
    added: Sequence[str],
    train: Sequence[Example],
    recipe: Recipe,
    folder: Path,
) -> Path:
    """Write `base_model` with an output for every one of `names`, those `added` fitted on `train`.

    Returns the folder, which is written once.
    """
    if (folder / "config.json").is_file():
        return folder
    model, tokenizer = load_network(base_model, names)
    last = _last_layer(model)
    for name in added:
        knowing = [example for example in train if name in example.labels][:MOST]
        truth = np.asarray([example.labels[name] for example in knowing])
        posts = Posts(knowing, [name], tokenizer, recipe)
        features = _features(model, last, posts, int(tokenizer.pad_token_id or 0))
        fit = LogisticRegressionCV(
            Cs=list(STRENGTHS), cv=FOLDS, scoring="neg_log_loss", l1_ratios=(0.0,), max_iter=1_000,
            use_legacy_attributes=False,
        ).fit(features, truth)  # fmt: skip
        with torch.no_grad():
            last.weight[names.index(name)] = torch.from_numpy(fit.coef_[0]).to(last.weight)
            last.bias[names.index(name)] = float(fit.intercept_[0])
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


def _last_layer(model: torch.nn.Module) -> torch.nn.Linear:
    modules = dict(model.named_modules())
    for name in LAST_LAYER:
        found = modules.get(name)
        if isinstance(found, torch.nn.Linear):
            return found
    raise InvalidInput("the release's encoder has no last layer that we know: use `mingjian train`")


def _features(model: Any, last: torch.nn.Linear, posts: Posts, pad_id: int) -> NDArray[np.float32]:
    """Return what the last layer reads [n, width] of each post's first window."""
    read: list[NDArray[np.float32]] = []
    hook = last.register_forward_pre_hook(
        lambda _, inputs: read.append(inputs[0].float().cpu().numpy())
    )
    order = sorted(range(len(posts)), key=posts.length)
    collate = Collator(pad_id)
    model.train(mode=False)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            batch = collate([posts[item] for item in order[start : start + BATCH]])
            model(batch["input_ids"], attention_mask=batch["attention_mask"])
    hook.remove()
    found: NDArray[np.float32] = np.concatenate(read)[np.argsort(order)]
    return found
