"""From Examples to tensors: normalised, tokenised, with unknown labels masked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from data.schema import Example
from models.normaliser import Normaliser
from models.scorer import special_tokens
from models.windows import join_title
from training.augment import Augment
from training.recipe import Recipe
from training.teaching import Lessons
from training.truth import label_matrix

LENGTH_STEP = 16
READ_CHARACTERS = 4_000
TOKENISED_AT_ONCE = 1_000
TAUGHT = ("taught_logits", "taught_embedding")


class Posts(Dataset[dict[str, Any]]):
    """Tokenised posts; item `i` is one window of at most `recipe.max_length` tokens.

    With `augment` a long post gives a random window now and then, a titled one its title alone,
    and some posts are disguised or noised before they are normalised (see `Augment`).
    """

    def __init__(
        self,
        examples: Sequence[Example],
        names: Sequence[str],
        tokenizer: PreTrainedTokenizerBase,
        recipe: Recipe,
        *,
        augment: bool = False,
        progress: Callable[[Iterable[int]], Iterable[int]] = lambda steps: steps,
    ) -> None:
        self.sources = [example.source for example in examples]
        self.labels = label_matrix(examples, names)
        self.lessons: Lessons | None = None
        self._recipe = recipe
        self._augment = Augment(recipe.augment) if augment else None
        # Some tokenizers come with padding switched on, which would count as special tokens.
        tokenizer.backend_tokenizer.no_padding()
        tokenizer.backend_tokenizer.no_truncation()
        self._before, self._after = special_tokens(tokenizer.backend_tokenizer)
        self._tokenizer = tokenizer
        self._normalise = Normaliser()
        self._raw = [_joined(example) for example in examples] if augment else []
        self._titles = [example.title or "" for example in examples] if augment else []
        self._ids: list[list[int]] = []
        for start in progress(range(0, len(examples), TOKENISED_AT_ONCE)):
            chunk = examples[start : start + TOKENISED_AT_ONCE]
            self._ids += self._tokenise([_joined(example) for example in chunk])

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer(
            [self._normalise(text).text for text in texts],
            add_special_tokens=False,
            verbose=False,
            return_attention_mask=False,
        )
        return [list(ids) for ids in encoded["input_ids"]]

    def __len__(self) -> int:
        return len(self._ids)

    def length(self, item: int) -> int:
        """Return the padded length in tokens, up to a multiple of 16."""
        length = len(self._ids[item]) + len(self._before) + len(self._after)
        return -(-min(length, self._recipe.max_length) // LENGTH_STEP) * LENGTH_STEP

    def first_windows(self) -> list[list[int]]:
        """Return the first window of every post, as it is without augmentation."""
        room = self._recipe.max_length - len(self._before) - len(self._after)
        return [[*self._before, *ids[:room], *self._after] for ids in self._ids]

    def __getitem__(self, item: int) -> dict[str, Any]:
        ids = self._augmented(item, self._augment) if self._augment else self._ids[item]
        room = self._recipe.max_length - len(self._before) - len(self._after)
        start = 0
        if self._augment and len(ids) > room and random.random() > self._recipe.first_window:
            start = random.randint(0, len(ids) - room)
        window = [*self._before, *ids[start : start + room], *self._after]
        found = {"input_ids": window, "labels": self.labels[item]}
        if self.lessons is None:
            return found
        taught = self.lessons.logits[item], self.lessons.embeddings[item]
        return found | {"taught_logits": taught[0], "taught_embedding": taught[1]}

    def _augmented(self, item: int, augment: Augment) -> list[int]:
        written = self._raw[item]
        if self._titles[item] and random.random() < self._recipe.title_alone:
            written = self._titles[item]
        # Drawn from the global state, which a resumed run restores.
        text = augment(written, random.Random(random.getrandbits(64)))
        if text == self._raw[item]:
            return self._ids[item]
        return self._tokenise([text])[0] or self._ids[item]


def _joined(example: Example) -> str:
    """Return what there is to read of a post, title first."""
    return join_title(example.title or "", example.text[:READ_CHARACTERS])[0]


class Collator:
    """Pads a micro-batch to a multiple of 16 tokens, so that only a few shapes ever occur."""

    def __init__(self, pad_id: int) -> None:
        self._pad_id = pad_id

    def __call__(self, items: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Return input_ids and attention_mask [n, length], labels [n, labels], lessons if any."""
        longest = max(len(item["input_ids"]) for item in items)
        width = -(-longest // LENGTH_STEP) * LENGTH_STEP
        ids = np.full((len(items), width), self._pad_id, dtype=np.int64)
        mask = np.zeros((len(items), width), dtype=np.int64)
        for row, item in enumerate(items):
            ids[row, : len(item["input_ids"])] = item["input_ids"]
            mask[row, : len(item["input_ids"])] = 1
        beside = {
            name: torch.from_numpy(np.stack([item[name] for item in items]).astype(np.float32))
            for name in ("labels", *TAUGHT)
            if name in items[0]
        }
        return {
            "input_ids": torch.from_numpy(ids),
            "attention_mask": torch.from_numpy(mask),
            **beside,
        }
