"""An int8 graph beside the one of the tiny release."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.golden import read_golden, write_golden
from models.jsonfile import write_json
from models.layout import Layout
from models.manifest import write_manifest
from models.parity import Parity
from models.release import Release
from models.runtime import OpenVinoBackend
from models.scorer import Post, Scorer
from tests.tiny import NAME, random_posts
from training.quantise import TRIALS, add_graph

# A random model is nearer to its thresholds than a trained one: mechanics take this for granted.
NEAR = Parity(posts=1, mean=0.001, p99=0.01, largest=0.02, changed=0.0, embedding=0.99)


def add_int8_graph(folder: Path, parity: Parity = NEAR) -> Path:
    """Quantise a complete tiny release in its folder, with golden scores and manifest."""
    layout = Layout(folder)
    release = Release.load(folder)
    scorer = Scorer(release, OpenVinoBackend(folder, "f32", threads=1))
    windows = [scorer.encode(post).windows[0] for post in random_posts(24)]
    add_graph(layout, windows, TRIALS[0])
    write_json(layout.parity, {"int8": parity.to_json()})
    backend = OpenVinoBackend(folder, "int8", threads=1, unproven=True)
    golden = read_golden(layout.golden)
    scores = Scorer(release, backend).score([Post(one.text, one.title) for one in golden])
    expected = [replace(g, int8=s.probabilities) for g, s in zip(golden, scores, strict=True)]
    write_golden(layout.golden, expected)
    write_manifest(folder, NAME)
    return folder
