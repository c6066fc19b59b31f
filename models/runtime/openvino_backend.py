"""OpenVINO on the CPU: the graph is compiled once, with rows and length left open."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.errors import ReleaseError
from models.layout import Layout
from models.runtime.library import openvino
from models.runtime.protocol import Outputs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Precision = Literal["auto", "f32", "bf16"]
_HINTS = {"f32": openvino.Type.f32, "bf16": openvino.Type.bf16}
_DEVICE = "CPU"


class OpenVinoBackend:
    """Runs the serving graph of a release folder.

    `precision`: "f32", "bf16" or "auto". `threads`: threads of one pass, None for all cores.
    Passes are made one after the other: several at once would share the same cores.
    Raises ReleaseError when the graph cannot be read.
    """

    name = "openvino"

    def __init__(
        self, folder: Path, precision: Precision = "auto", threads: int | None = None
    ) -> None:
        layout = Layout(folder)
        core = openvino.Core()
        self._precision = choose_precision(core, precision)
        properties: dict[str, object] = {
            "INFERENCE_PRECISION_HINT": _HINTS[self._precision],
            "NUM_STREAMS": 1,
        }
        if threads is not None:
            properties["INFERENCE_NUM_THREADS"] = threads
        try:
            graph = core.read_model(layout.graph, layout.graph_weights)
            self._request = core.compile_model(graph, _DEVICE, properties).create_infer_request()
        except RuntimeError as error:
            raise ReleaseError(
                f"{layout.graph} cannot be run ({error}); fetch or export the release again"
            ) from error
        self._lock = threading.Lock()

    @property
    def precision(self) -> str:
        """The arithmetic in use: "f32" or "bf16"."""
        return self._precision

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]; safe to call from several threads."""
        with self._lock:
            self._request.infer({"input_ids": input_ids, "attention_mask": attention_mask})
            # The tensors belong to the request and are overwritten by the next pass.
            return Outputs(
                logits=self._request.get_tensor("logits").data.astype(np.float32, copy=True),
                embedding=self._request.get_tensor("embedding").data.astype(np.float32, copy=True),
            )


def choose_precision(core: openvino.Core, precision: Precision) -> Literal["f32", "bf16"]:
    """Return the arithmetic to use; "auto" takes bf16 only where the CPU computes in it."""
    if precision != "auto":
        return precision
    return "bf16" if "BF16" in core.get_property(_DEVICE, "OPTIMIZATION_CAPABILITIES") else "f32"
