"""From Examples to tensors: normalised, tokenised, with unknown labels masked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import regex
import torch
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from data.schema import Example
from models.normaliser import Normaliser
from models.scorer import special_tokens
from models.windows import join_title
from training.recipe import Recipe
from training.truth import label_matrix

LENGTH_STEP = 32
READ_CHARACTERS = 4_000
TOKENISED_AT_ONCE = 1_000
PUNCTUATION = regex.compile(r"[\p{P}\s]+")


class Posts(Dataset[dict[str, Any]]):
    """Tokenised posts; item `i` is one window of at most `recipe.max_length` tokens.

    With `augment` a long post gives a random window now and then, a titled one its title alone,
    and some posts lose their punctuation, since a source that lacks it must not be told by that.
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
        self._recipe = recipe
        self._augment = augment
        # Some tokenizers come with padding switched on, which would count as special tokens.
        tokenizer.backend_tokenizer.no_padding()
        tokenizer.backend_tokenizer.no_truncation()
        self._before, self._after = special_tokens(tokenizer.backend_tokenizer)
        self._tokenizer = tokenizer
        self._texts, self._titles = _read(examples)
        self._ids: list[list[int]] = []
        for start in progress(range(0, len(examples), TOKENISED_AT_ONCE)):
            chunk = self._texts[start : start + TOKENISED_AT_ONCE]
            self._ids += self._tokenise(chunk)

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer(
            list(texts), add_special_tokens=False, verbose=False, return_attention_mask=False
        )
        return [list(ids) for ids in encoded["input_ids"]]

    def __len__(self) -> int:
        return len(self._ids)

    def length(self, item: int) -> int:
        """Return the padded length in tokens, up to a multiple of 32."""
        length = len(self._ids[item]) + len(self._before) + len(self._after)
        return -(-min(length, self._recipe.max_length) // LENGTH_STEP) * LENGTH_STEP

    def __getitem__(self, item: int) -> dict[str, Any]:
        ids = self._augmented(item) if self._augment else self._ids[item]
        room = self._recipe.max_length - len(self._before) - len(self._after)
        start = 0
        if self._augment and len(ids) > room and random.random() > self._recipe.first_window:
            start = random.randint(0, len(ids) - room)
        window = [*self._before, *ids[start : start + room], *self._after]
        return {"input_ids": window, "labels": self.labels[item]}

    def _augmented(self, item: int) -> list[int]:
        text = self._texts[item]
        if self._titles[item] and random.random() < self._recipe.title_alone:
            text = self._titles[item]
        elif random.random() < self._recipe.drop_punctuation:
            text = PUNCTUATION.sub("", text)
        else:
            return self._ids[item]
        return self._tokenise([text])[0] or self._ids[item]


def _read(examples: Iterable[Example]) -> tuple[list[str], list[str]]:
    """Return what the model reads of each post, title first, and of its title alone."""
    normaliser = Normaliser()
    texts, titles = [], []
    for example in examples:
        joined, _ = join_title(example.title or "", example.text[:READ_CHARACTERS])
        texts.append(normaliser(joined).text)
        titles.append(normaliser(example.title).text if example.title else "")
    return texts, titles


class Collator:
    """Pads a micro-batch to a multiple of 32 tokens, so that only a few shapes ever occur."""

    def __init__(self, pad_id: int) -> None:
        self._pad_id = pad_id

    def __call__(self, items: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Return input_ids and attention_mask [n, length] and labels [n, labels]."""
        longest = max(len(item["input_ids"]) for item in items)
        width = -(-longest // LENGTH_STEP) * LENGTH_STEP
        ids = np.full((len(items), width), self._pad_id, dtype=np.int64)
        mask = np.zeros((len(items), width), dtype=np.int64)
        for row, item in enumerate(items):
            ids[row, : len(item["input_ids"])] = item["input_ids"]
            mask[row, : len(item["input_ids"])] = 1
        labels = np.stack([item["labels"] for item in items])
        return {
            "input_ids": torch.from_numpy(ids),
            "attention_mask": torch.from_numpy(mask),
            "labels": torch.from_numpy(labels),
        }
