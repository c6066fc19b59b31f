"""A backend whose eight-bit scores depend on padding, as was seen on processors with tiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.runtime import Backend, Outputs


class Misled:
    """Runs a backend; in int8, every row that is padded by more than `most` gets other logits."""

    name = "misled"

    def __init__(self, backend: Backend, most: int = 7) -> None:
        self._backend = backend
        self._most = most
        self.precision = backend.precision
        self.lanes = backend.lanes

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]."""
        outputs = self._backend.infer(input_ids, attention_mask)
        padding = input_ids.shape[1] - attention_mask.sum(axis=1)
        if self.precision == "int8":
            outputs.logits[padding > self._most] += 3.0
        return outputs
