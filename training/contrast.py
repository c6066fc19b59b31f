"""The contrastive objective: a claim lies nearer to the text that answers it than to any other.

The embedding is the one that serving gives (mean of the last hidden states, scaled to length 1), so
that the pass that judges a post also finds its debunk. The loss is InfoNCE both ways over the pairs
of a batch (van den Oord et al. 2018).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from data.pairs import Pair
from models.normaliser import Normaliser
from models.scorer import special_tokens
from training.dataset import READ_CHARACTERS, Collator
from training.recipe import PairSettings

Inputs = dict[str, torch.Tensor]


def contrastive_loss(
    queries: torch.Tensor, answers: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return InfoNCE both ways; row `i` of `queries` belongs to row `i` of `answers` [n, width]."""
    similarity = queries.float() @ answers.float().T / temperature
    truth = torch.arange(len(queries), device=similarity.device)
    both = (
        torch.nn.functional.cross_entropy(similarity, truth),
        torch.nn.functional.cross_entropy(similarity.T, truth),
    )
    return torch.stack(both).mean()


class PairBatches:
    """Endless batches of training pairs, tokenised; no text occurs twice in a batch.

    A claim is drawn `settings.claims` times as often as a headline.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        tokenizer: PreTrainedTokenizerBase,
        settings: PairSettings,
        seed: int,
    ) -> None:
        self._settings = settings
        self._random = random.Random(seed)
        backend = tokenizer.backend_tokenizer
        backend.no_padding()
        backend.no_truncation()
        self._before, self._after = special_tokens(backend)
        self._collate = Collator(int(tokenizer.pad_token_id or 0))
        normaliser = Normaliser()
        self._sides = [
            [self._window(tokenizer, normaliser, text) for text in (pair.query, pair.debunk)]
            for pair in pairs
        ]
        self._answers = [pair.debunk for pair in pairs]
        self._drawn = [
            place
            for place, pair in enumerate(pairs)
            for _ in range(settings.claims if pair.query_kind == "claim" else 1)
        ]

    def __len__(self) -> int:
        return len(self._sides)

    def __iter__(self) -> Iterator[tuple[Inputs, Inputs]]:
        """Yield queries and answers, each with input_ids and attention_mask [n, length]."""
        order: list[int] = []
        while True:
            chosen: dict[str, int] = {}
            while len(chosen) < min(self._settings.batch, len(set(self._answers))):
                if not order:
                    order = self._drawn.copy()
                    self._random.shuffle(order)
                place = order.pop()
                chosen.setdefault(self._answers[place], place)
            yield self._side(chosen.values(), 0), self._side(chosen.values(), 1)

    def _window(
        self, tokenizer: PreTrainedTokenizerBase, normaliser: Normaliser, text: str
    ) -> list[int]:
        read = normaliser(text[:READ_CHARACTERS]).text
        ids = tokenizer(read, add_special_tokens=False, verbose=False)["input_ids"]
        room = self._settings.max_length - len(self._before) - len(self._after)
        return [*self._before, *list(ids)[:room], *self._after]

    def _side(self, places: Any, side: int) -> Inputs:
        items = [{"input_ids": self._sides[place][side], "labels": np.zeros(0)} for place in places]
        inputs = self._collate(items)
        return {name: inputs[name] for name in ("input_ids", "attention_mask")}
