"""A classifier of Transformers with the two outputs that serving needs; imports torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class ServingGraph(torch.nn.Module):
    """Gives `logits` [n, labels], the model's own, and `embedding` [n, width].

    The embedding is the mean of the last hidden states over the tokens, scaled to length 1.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Run padded rows, both inputs int64 [n, length]."""
        outputs = self.model(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
        )
        embedding = mean_embedding(outputs.hidden_states[-1], attention_mask)
        return {"logits": outputs.logits, "embedding": embedding}


def mean_embedding(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of `states` [n, length, width] under `mask` [n, length], of length 1."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0)
    return torch.nn.functional.normalize(mean, dim=-1)
