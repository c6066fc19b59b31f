"""OpenVINO on the CPU: the graph is compiled once, with rows and length left open."""

from __future__ import annotations

from contextlib import contextmanager
from queue import LifoQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ReleaseError
from models.layout import Layout
from models.runtime.choice import choose_precision, hint
from models.runtime.library import openvino
from models.runtime.protocol import Outputs, Precision
from models.runtime.tables import widen_tables

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from numpy.typing import NDArray


class OpenVinoBackend:
    """Runs a serving graph of a release folder.

    `precision`: "f32", "bf16", "int8" or "auto". `threads`: threads of all lanes together, None for
    all cores. `lanes`: passes that run side by side, each on its share of the threads.
    `unproven`: run int8 whatever its parity, which is how parity is measured.
    Raises ReleaseError when the graph cannot be read, or is asked for in int8 and not offered so.
    """

    name = "openvino"

    def __init__(
        self,
        folder: Path,
        precision: Precision = "auto",
        threads: int | None = None,
        lanes: int = 1,
        *,
        unproven: bool = False,
    ) -> None:
        core = openvino.Core()
        layout = Layout(folder)
        self._precision = choose_precision(core, layout, precision, unproven=unproven)
        self._lanes = lanes
        properties: dict[str, object] = {
            "INFERENCE_PRECISION_HINT": hint(core, self._precision),
            "NUM_STREAMS": lanes,
        }
        if threads is not None:
            properties["INFERENCE_NUM_THREADS"] = threads
        graph = layout.graph_int8 if self._precision == "int8" else layout.graph
        try:
            model = core.read_model(graph)
            widen_tables(model)
            compiled = core.compile_model(model, "CPU", properties)
            requests = [compiled.create_infer_request() for _ in range(lanes)]
        except RuntimeError as error:
            raise ReleaseError(
                f"{graph} cannot be run ({error}); fetch or export the release again"
            ) from error
        self._idle: LifoQueue[Any] = LifoQueue()
        for request in requests:
            self._idle.put(request)
        self._wake()

    @property
    def precision(self) -> str:
        """The arithmetic in use: "f32", "bf16" or "int8"."""
        return self._precision

    @property
    def lanes(self) -> int:
        """How many passes run side by side."""
        return self._lanes

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        """Run padded rows, both inputs [rows, length]; safe to call from several threads."""
        with self._lane() as request:
            request.infer({"input_ids": input_ids, "attention_mask": attention_mask})
            # The tensors belong to the request and are overwritten by the next pass.
            return Outputs(
                logits=request.get_tensor("logits").data.astype(np.float32, copy=True),
                embedding=request.get_tensor("embedding").data.astype(np.float32, copy=True),
            )

    def _wake(self) -> None:
        """Read nothing much once: two threads whose first passes coincide lock the binding up."""
        row = np.ones((1, 1), dtype=np.int64)
        self.infer(row, row)

    @contextmanager
    def _lane(self) -> Generator[Any]:
        request = self._idle.get()
        try:
            yield request
        finally:
            self._idle.put(request)
