"""The bare runtime: the weights of a release called directly, posts sorted by length.

Run as `python -m benchmarks.harness.bare SPEC`, where SPEC is the JSON form of `Bare`; prints
`Called`. No HTTP, no normalising, ids ready: what remains is the matrix product.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from tokenizers import Tokenizer

from benchmarks.harness.workload import read_texts
from models.layout import Layout
from models.runtime.choice import hint
from models.runtime.library import openvino

LONGEST_TOKENS = 512
LENGTHS = (16, 32, 64, 128, 256, 512)
# Batches that are called at least, however long that takes.
FEWEST = 10

Ids = Sequence[int]


@dataclass(frozen=True, slots=True)
class Bare:
    """What is called: a release folder, a file of posts, the batch sizes, seconds for each.

    `threads` None leaves their number to the runtime. `by_length` adds the cost of one post of
    each of LENGTHS.
    """

    release: str
    precision: str
    posts: str
    batches: tuple[int, ...]
    seconds: float
    threads: int | None = None
    by_length: bool = False


@dataclass(slots=True)
class Called:
    """Posts a second and the median seconds of a call by batch size, and what belongs to them."""

    rates: dict[int, float] = field(default_factory=dict)
    call_s: dict[int, float] = field(default_factory=dict)
    length_s: dict[int, float] = field(default_factory=dict)
    tokens_mean: float = 0.0
    tokenizer_rate: float = 0.0
    probabilities: list[list[float]] = field(default_factory=list)


def call(bare: Bare) -> Called:
    """Measure and return what the runtime does by itself."""
    layout = Layout(Path(bare.release))
    infer = compiled(layout, bare.precision, bare.threads)
    texts = read_texts(Path(bare.posts))
    tokenizer = Tokenizer.from_file(str(layout.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    began = time.perf_counter()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    spent = time.perf_counter() - began
    found = Called(tokens_mean=statistics.fmean(map(len, ids)), tokenizer_rate=len(texts) / spent)
    found.probabilities = [sigmoid(infer([row])[0]).tolist() for row in ids[:16]]
    for size in bare.batches:
        batches = sorted_batches(ids, size)
        found.rates[size], found.call_s[size] = timed(infer, batches, bare.seconds)
    if bare.by_length:
        found.length_s = {
            length: timed(infer, [[ids[0][:1] * length]] * 200, bare.seconds / 2)[1]
            for length in LENGTHS
        }
    return found


def compiled(
    layout: Layout, precision: str, threads: int | None
) -> Callable[[Sequence[Ids]], np.ndarray]:
    """Return what runs a batch of rows, padded to the longest of them, and gives its logits."""
    core = openvino.Core()
    properties: dict[str, Any] = {"INFERENCE_PRECISION_HINT": hint(core, precision)}
    if threads is not None:
        properties["INFERENCE_NUM_THREADS"] = threads
    graph = core.read_model(layout.graph_int8 if precision == "int8" else layout.graph)
    request = core.compile_model(graph, "CPU", properties).create_infer_request()

    def infer(rows: Sequence[Ids]) -> np.ndarray:
        mask = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        ids = np.zeros_like(mask)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        request.infer({"input_ids": ids, "attention_mask": mask})
        return np.array(request.get_tensor("logits").data, dtype=np.float32)

    return infer


def sorted_batches(ids: Sequence[Ids], size: int) -> list[list[Ids]]:
    """Divide rows, sorted by length, into batches of `size`."""
    ordered = sorted(ids, key=len)
    return [list(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def timed(
    infer: Callable[[Sequence[Ids]], object], batches: Sequence[Sequence[Ids]], seconds: float
) -> tuple[float, float]:
    """Return posts a second and the median seconds of a call.

    Where all batches take longer than `seconds`, only every n-th is called: those are spread over
    the lengths as evenly as all are.
    """
    probe = batches[:: max(1, len(batches) // 5)]
    for batch in probe:
        infer(batch)
    began = time.perf_counter()
    for batch in probe:
        infer(batch)
    expected = (time.perf_counter() - began) / len(probe) * len(batches)
    step = min(max(1, round(expected / seconds)), max(1, len(batches) // FEWEST))
    chosen = batches[step // 2 :: step]
    spans = []
    for batch in chosen:
        start = time.perf_counter()
        infer(batch)
        spans.append(time.perf_counter() - start)
    return sum(map(len, chosen)) / sum(spans), statistics.median(spans)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities that raw logits stand for, before calibration."""
    return 1 / (1 + np.exp(-logits))


if __name__ == "__main__":
    spec = orjson.loads(sys.argv[1])
    spec["batches"] = tuple(spec["batches"])
    answer = asdict(call(Bare(**spec)))
    sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS))
