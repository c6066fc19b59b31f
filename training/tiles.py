"""The int8 graph of a release, run as processors without tiles (AMX) run it.

With tiles some shapes come out wrong (docs/runtime.md), and what a release promises in int8 has to
hold where int8 is served. oneDNN asks once a process which instructions it may use, so the graph
gets a process of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.runtime import Backend, OpenVinoBackend, Outputs

LIMIT, WITHOUT_TILES = "ONEDNN_MAX_CPU_ISA", "AVX512_CORE_VNNI"

_here: list[Backend] = []


class _Elsewhere:
    name = "openvino"
    precision = "int8"
    lanes = 1

    def __init__(self, process: ProcessPoolExecutor) -> None:
        self._process = process

    def infer(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
        return self._process.submit(_infer, input_ids, attention_mask).result()


@contextmanager
def int8_without_tiles(folder: Path) -> Iterator[Backend]:
    """Give a backend on the int8 graph of a release folder, whatever its parity.

    Raises ReleaseError for a graph that cannot be run.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        before = os.environ.get(LIMIT)
        os.environ[LIMIT] = before or WITHOUT_TILES
        try:
            process.submit(_open, folder).result()
        finally:
            os.environ.pop(LIMIT)
            if before is not None:
                os.environ[LIMIT] = before
        yield _Elsewhere(process)


def _open(folder: Path) -> None:
    _here.append(OpenVinoBackend(folder, "int8", unproven=True))


def _infer(input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Outputs:
    return _here[-1].infer(input_ids, attention_mask)
