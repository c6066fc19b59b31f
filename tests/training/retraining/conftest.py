"""One small retraining of the tiny release, shared by the tests that read what it leaves."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml

from data.schema import Example
from tests.training.posts import post, random_text, write_posts
from training.retraining.learn import retrain
from training.retraining.start import Wish

LABEL = "spoiler"
MARK = "电影结局"


def own_posts(positives: int = 100, negatives: int = 140, seed: int = 5) -> list[Example]:
    """Posts of one forum; those with the new label carry a mark, so that it can be learnt."""
    chance = Random(seed)
    marked = [
        post(f"{random_text(chance, 10)}{MARK}{random_text(chance, 10)}", "forum", spoiler=1)
        for _ in range(positives)
    ]
    return marked + [post(random_text(chance), "forum", spoiler=0) for _ in range(negatives)]


def small_recipe(folder: Path, **changes: object) -> Path:
    """Write a recipe that takes seconds."""
    settings = {
        "learning_rate": 1e-3,
        "head_learning_rate": 1e-2,
        "batch_size": 16,
        "micro_batch_size": 8,
        "title_alone": 0.0,
        "first_window": 1.0,
        "watch_times": 1,
        "watch_posts": 8,
        "checkpoints": 2,
        "least_steps": 1,
        "retrain": {"own_epochs": 30.0, "rehearsal_epochs": 1.0, "rehearsed": 500},
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(settings | changes), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def wish(tmp_path_factory: pytest.TempPathFactory, tiny_release: Path) -> Wish:
    """What the shared retraining was asked for."""
    folder = tmp_path_factory.mktemp("retraining")
    return Wish(
        data=[write_posts(folder / "mine.jsonl", own_posts())],
        out=folder / "candidate",
        start_from=str(tiny_release),
        added=[LABEL],
        recipe=small_recipe(folder),
    )


@pytest.fixture(scope="session")
def retrained_says() -> list[str]:
    """What the shared retraining announced."""
    return []


@pytest.fixture(scope="session")
def candidate(wish: Wish, retrained_says: list[str]) -> Path:
    """The release folder of the shared retraining; read it only."""
    return retrain(wish, retrained_says.append)
