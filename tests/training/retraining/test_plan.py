"""How many posts are seen follows from the time and the rate of the machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.training.posts import post
from training.recipe import Recipe, load_recipe
from training.retraining import clock as clocks
from training.retraining.clock import Clock, Deadline
from training.retraining.plan import CAUTION, OWN, REHEARSED, measure_rate, plan
from training.retraining.start import RECIPE

TRAIN = [post("甲", "mine", abuse=1) for _ in range(100)] + [
    post("乙", "sample", abuse=0) for _ in range(200)
]
SETTINGS = Recipe.model_validate({"retrain": {"own_epochs": 4, "rehearsal_epochs": 2}})


def test_with_time_enough_the_recipe_decides() -> None:
    recipe = plan(SETTINGS, TRAIN, ["mine"], rate=100, seconds=600)
    assert recipe.sources["mine"].epochs == 4
    assert recipe.sources["sample"].epochs == 2
    assert (recipe.sources["mine"].why, recipe.sources["sample"].why) == (OWN, REHEARSED)


def test_with_little_time_both_kinds_shrink_alike() -> None:
    recipe = plan(SETTINGS, TRAIN, ["mine"], rate=10, seconds=40)
    seen = 100 * recipe.sources["mine"].epochs + 200 * recipe.sources["sample"].epochs
    assert seen == pytest.approx(10 * 40 * CAUTION)
    assert recipe.sources["mine"].epochs == pytest.approx(2 * recipe.sources["sample"].epochs)


def test_a_rate_is_measured(tiny_base_model: object) -> None:
    posts = [post("今天下雨"), post("今天下雨" * 20)]
    assert measure_rate(str(tiny_base_model), ["abuse"], posts, Recipe(max_length=64)) > 1


def test_fine_tuning_stops_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(clocks, "monotonic", lambda: now)
    clock = Clock(100, 0.3, started=0.0)
    deadline = Deadline(clock)
    control = SimpleNamespace(should_training_stop=False)
    now = 69.0
    deadline.on_step_end(None, SimpleNamespace(global_step=3, max_steps=10), control)
    assert not control.should_training_stop
    assert clock.left == 1
    now = 71.0
    deadline.on_step_end(None, SimpleNamespace(global_step=4, max_steps=10), control)
    assert control.should_training_stop
    assert (clock.left, deadline.share_done) == (0, 0.4)


def test_the_shipped_recipe_hears_the_champion_on_whole_posts() -> None:
    recipe = load_recipe(RECIPE)
    # The champion is asked about the first window of a post; the lesson must be of the same text.
    assert (recipe.first_window, recipe.title_alone) == (1.0, 0.0)
    assert recipe.distil.logits > 0
