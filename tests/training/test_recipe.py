"""Recipes are checked before hours are spent on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.sources import known_sources
from models.errors import InvalidInput
from training.recipe import DEFAULT_RECIPE, RECIPES, Recipe, load_recipe


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_recipe_loads_and_names_known_sources(path: Path) -> None:
    recipe = load_recipe(path)
    assert set(recipe.sources) <= set(known_sources())
    assert all(weight.why for weight in recipe.sources.values())
    assert recipe.batch_size % recipe.micro_batch_size == 0


def test_without_a_name_the_default_is_read() -> None:
    assert load_recipe() == load_recipe(DEFAULT_RECIPE)


def test_epochs_multiply_the_weight_of_a_source() -> None:
    recipe = Recipe.model_validate(
        {"epochs": 2, "sources": {"ced": {"epochs": 1.5}, "sms_spam": {"epochs": 0}}}
    )
    assert [recipe.epochs_of(name) for name in ("ced", "sms_spam", "mine")] == [3.0, 0.0, 2.0]


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"mine\.yaml does not exist"):
        load_recipe(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("epochs: [", "is not YAML"),
        ("- epochs", "recipe.yaml"),
        ("epohcs: 2", "epohcs"),
        ("epochs: 0", "epochs"),
        ("learning_rate: fast", "learning_rate"),
        ("max_length: 1024", "max_length"),
        ("label_smoothing: 0.5", "label_smoothing"),
        ("sources: {ced: {epochs: -1}}", "sources.ced.epochs"),
        ("sources: {ced: {weight: 1}}", "sources.ced.weight"),
        ("{max_length: 64, window_overlap: 60}", "could not advance"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=says):
        load_recipe(path)


def test_an_empty_recipe_is_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("", encoding="utf-8")
    assert load_recipe(path) == Recipe()


def test_a_small_corpus_gets_smaller_batches_and_enough_steps() -> None:
    recipe = Recipe(batch_size=96, micro_batch_size=24, least_steps=60)
    assert recipe.fitted(1_000_000) is recipe
    for posts in (100, 700, 3_000):
        fitted = recipe.fitted(posts)
        assert fitted.batch_size < 96
        assert fitted.batch_size % fitted.micro_batch_size == 0
        assert fitted.model_dump(exclude={"batch_size", "micro_batch_size"}) == recipe.model_dump(
            exclude={"batch_size", "micro_batch_size"}
        )
    assert 3_000 // recipe.fitted(3_000).batch_size >= 60
