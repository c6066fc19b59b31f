"""The one narrow protocol between scoring and whatever runs the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What can be asked for; "auto" is resolved by each backend.
Precision = Literal["auto", "f32", "bf16", "int8"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model says about rows: `logits` f32 [rows, labels], `embedding` f32 [rows, width].

    Embeddings have length 1.
    """

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]


class Backend(Protocol):
    """Runs a model; implementations may be called from several threads."""

    @property
    def name(self) -> str:
        """The runtime, such as "openvino"."""

    @property
    def precision(self) -> str:
        """The arithmetic in use, such as "f32" or "bf16"."""

    @property
    def lanes(self) -> int:
        """How many calls of `infer` run side by side; one more waits for the first to end."""

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]; the mask is 1 on tokens and 0 on padding."""
