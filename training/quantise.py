"""Quantisation: a second serving graph whose matrix products run in 8 bits.

Post-training static quantisation by NNCF: weights per output channel, activations with one scale a
tensor, fixed by posts of our own. Scales that followed the input would make a score depend on the
posts beside it. SmoothQuant (Xiao et al. 2023) moves part of what is large in activations into the
weights first; `alpha` says how much.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.readers import read_examples
from models.jsonfile import write_json
from models.layout import Layout
from models.parity import Parity, measure_parity
from models.release import Release
from models.runtime import OpenVinoBackend, Outputs
from models.runtime.library import openvino
from models.scorer import Post, Scorer
from models.windows import TokenIds
from training.progress import Announce
from training.tiles import int8_without_tiles

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
# Bytes of a whole release.
LARGEST_RELEASE = 140_000_000
CALIBRATION_POSTS = 128


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to quantise.

    `symmetric` activations have no zero point, which is faster, takes half the memory for each new
    shape and is less exact. Nodes whose names match `kept` stay as they are.
    """

    alpha: float
    symmetric: bool = False
    kept: tuple[str, ...] = ()

    def __str__(self) -> str:
        kind = "symmetric" if self.symmetric else "with zero points"
        return f"SmoothQuant {self.alpha}, {kind}" + (", some kept" if self.kept else "")


# Taken in turn until one is near enough. What comes out of the feed-forward part has the widest
# range, so that it is the first to be kept. Figures: docs/runtime.md.
FEED_FORWARD = r".*\.layer\.\d+\.output\.dense.*MatMul.*"
TRIALS = (Trial(0.8, symmetric=True), Trial(0.8), Trial(0.7, kept=(FEED_FORWARD,)))


def add_int8(release: Release, announce: Announce) -> Parity | None:
    """Put an int8 graph and its parity beside the graph of a calibrated release.

    Returns None, and leaves no such graph, where it would make the release too large or no trial
    is near enough to f32.
    """
    layout = release.layout
    remove_int8(layout)
    if not _fits(layout):
        announce(f"int8: left out, a release has {LARGEST_RELEASE // 10**6} MB at most")
        return None
    posts = own_posts()
    calibration, held_out = posts[::2][:CALIBRATION_POSTS], posts[1::2]
    reference = Scorer(release, OpenVinoBackend(release.folder, "f32"))
    windows, read = _first_windows(reference, calibration), _first_windows(reference, held_out)
    exact = reference.infer(read)
    for trial in TRIALS:
        add_graph(layout, windows, trial)
        parity = compare(release, read, exact)
        announce(f"int8 ({trial}): {parity}")
        if parity.within:
            write_json(layout.parity, {"int8": parity.to_json()})
            return parity
        remove_int8(layout)
    announce("int8: left out, it is too far from f32")
    return None


def own_posts() -> list[Post]:
    """Return the posts of our own sample, which may be quantised by anybody."""
    return [Post(example.text, example.title or "") for example in read_examples([SAMPLE])]


def add_graph(layout: Layout, windows: Sequence[TokenIds], trial: Trial) -> None:
    """Write the serving graph in int8, its scales fixed by `windows` of token ids."""
    # Elsewhere first: a graph that was saved in part must not look like one.
    with tempfile.TemporaryDirectory(dir=layout.folder.parent) as scratch:
        staged = Layout(Path(scratch))
        graph = quantise(layout, windows, trial)
        openvino.save_model(graph, str(staged.graph_int8), compress_to_fp16=True)
        staged.graph_int8_weights.replace(layout.graph_int8_weights)
        staged.graph_int8.replace(layout.graph_int8)


def remove_int8(layout: Layout) -> None:
    """Remove the int8 graph of a folder: it belongs to the weights that it was made from."""
    for path in layout.int8_files:
        path.unlink(missing_ok=True)


def quantise(layout: Layout, windows: Sequence[TokenIds], trial: Trial) -> Any:
    """Return the serving graph in int8, its scales fixed by `windows` of token ids."""
    import nncf

    nncf.set_log_level(logging.ERROR)
    presets = nncf.QuantizationPreset
    model = openvino.Core().read_model(layout.graph)
    with warnings.catch_warnings():
        # NNCF warns about the inside of the graph; parity tells what came of it.
        warnings.simplefilter("ignore")
        return nncf.quantize(
            model,
            nncf.Dataset(list(_inputs(windows))),
            subset_size=len(windows),
            preset=presets.PERFORMANCE if trial.symmetric else presets.MIXED,
            model_type=nncf.ModelType.TRANSFORMER,
            ignored_scope=nncf.IgnoredScope(patterns=list(trial.kept), validate=False),
            advanced_parameters=nncf.AdvancedQuantizationParameters(
                smooth_quant_alphas=nncf.AdvancedSmoothQuantParameters(matmul=trial.alpha)
            ),
        )


def compare(release: Release, windows: Sequence[TokenIds], exact: Outputs) -> Parity:
    """Measure the int8 graph of a release against what its f32 graph says of the same windows."""
    with int8_without_tiles(release.folder) as backend:
        theirs = Scorer(release, backend).infer(windows)
    calibration, names = release.calibration, release.labels
    return measure_parity(
        calibration.probabilities(exact.logits, names),
        calibration.probabilities(theirs.logits, names),
        np.asarray([release.thresholds[name].value for name in names]),
        (exact.embedding * theirs.embedding).sum(axis=1),
    )


def _first_windows(scorer: Scorer, posts: Sequence[Post]) -> list[TokenIds]:
    return [scorer.encode(post).windows[0] for post in posts]


def _inputs(windows: Sequence[TokenIds]) -> Iterator[dict[str, np.ndarray]]:
    """Give single rows without padding, whose values would widen the scales for nothing."""
    for window in windows:
        ids = np.asarray([window], dtype=np.int64)
        yield {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _fits(layout: Layout) -> bool:
    """Tell whether there is room: int8 takes a little more than half of what fp16 does."""
    present = sum(path.stat().st_size for path in layout.folder.iterdir() if path.is_file())
    return present + 0.55 * layout.graph_weights.stat().st_size <= LARGEST_RELEASE
