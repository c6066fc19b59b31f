"""Torch, for GPUs: the weights of a release as Transformers loads them; imports torch."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

import torch
from transformers import AutoModelForSequenceClassification

from models.errors import ReleaseError
from models.layout import Layout
from models.runtime.protocol import Outputs, Precision
from models.runtime.serving_graph import ServingGraph

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}


class TorchBackend:
    """Runs the weights of a release folder, on the first GPU where there is one, else on the CPU.

    `precision`: "f32", "bf16" or "auto", which is bf16 on a GPU and f32 elsewhere. `threads`:
    threads of a pass on the CPU, for the whole process. Raises ReleaseError when the weights cannot
    be read, and for int8, which only the serving graph has.
    """

    name = "torch"
    lanes = 1

    def __init__(
        self, folder: Path, precision: Precision = "auto", threads: int | None = None
    ) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._precision = _resolve(precision, self._device)
        if threads is not None:
            torch.set_num_threads(threads)
        try:
            model = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=_TYPES[self._precision], use_safetensors=True, local_files_only=True
            )
        except (OSError, ValueError) as error:
            raise ReleaseError(
                f"{Layout(folder).weights} cannot be run ({error}); fetch or export the release "
                "again"
            ) from error
        graph = ServingGraph(model)
        self._graph = graph.train(mode=False).to(self._device)
        self._lock = threading.Lock()

    @property
    def precision(self) -> str:
        """The arithmetic in use: "f32" or "bf16"."""
        return self._precision

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]; safe to call from several threads."""
        with self._lock, torch.inference_mode():
            found = self._graph(
                torch.from_numpy(input_ids).to(self._device),
                torch.from_numpy(attention_mask).to(self._device),
            )
            return Outputs(
                logits=found["logits"].float().cpu().numpy(),
                embedding=found["embedding"].float().cpu().numpy(),
            )


def _resolve(precision: Precision, device: torch.device) -> Literal["f32", "bf16"]:
    if precision == "int8":
        raise ReleaseError("the torch backend has no int8; choose precision auto, f32 or bf16")
    if precision == "auto":
        return "bf16" if device.type == "cuda" else "f32"
    return precision
