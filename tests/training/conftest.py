"""One small run over the sample corpus, shared by every test that reads what a run leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

import data
from training.augment import AugmentSettings
from training.baseline import run_baseline
from training.pipeline import STEPS, start_run, take
from training.recipe import Recipe
from training.run import Run

SAMPLE = Path(data.__file__).parent / "sample"
# Enough of the sample to have every label; the rest would only take longer.
LABELLED = "abuse ad_spam clickbait fraud gambling porn rumour"
OTHERS = "articles hard_1 hard_2 ordinary_1 ordinary_2"
CORPUS = [SAMPLE / f"{name}.jsonl" for name in f"{LABELLED} {OTHERS}".split()]
NAME = "mingjian-tiny-run"
RECIPE = Recipe(
    epochs=0.3,
    max_length=64,
    window_overlap=16,
    batch_size=16,
    micro_batch_size=8,
    learning_rate=1e-3,
    head_learning_rate=1e-2,
    watch_times=2,
    watch_posts=10,
    checkpoints=3,
    least_steps=1,
    # What is drawn is not drawn alike when a run goes on; the less, the nearer it ends.
    augment=AugmentSettings(disguise=0, noise=0, unpunctuated=0),
)


@pytest.fixture(scope="session")
def said() -> list[str]:
    """What the shared run announced."""
    return []


@pytest.fixture(scope="session")
def trained(
    tmp_path_factory: pytest.TempPathFactory, tiny_base_model: Path, said: list[str]
) -> Run:
    """A finished run with a baseline and a complete release; read it only."""
    out = tmp_path_factory.mktemp("runs") / "first"
    run = start_run(CORPUS, out, str(tiny_base_model), RECIPE, NAME)
    run_baseline(run.prepared, run.out, run.labels)
    take(run, STEPS, said.append)
    return run
