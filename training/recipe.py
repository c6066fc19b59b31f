"""The recipe: everything a run is made of besides its data, kept as YAML beside the release."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.schema import describe
from models.errors import InvalidInput
from training.augment import AugmentSettings
from training.retraining.settings import RetrainSettings

RECIPES = Path(__file__).parent / "recipes"
SMALLEST_BATCH = 8
LEAST_ADVANCE = 8
DEFAULT_RECIPE = RECIPES / "first.yaml"
SMALL_RECIPE = RECIPES / "small.yaml"
ADAPT_RECIPE = RECIPES / "adapt.yaml"


class SourceWeight(BaseModel):
    """How often a source is seen: `epochs` passes over its training posts, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(ge=0)
    why: str = ""


class PairSettings(BaseModel):
    """The contrastive objective: a batch of pairs joins every `every`-th micro-batch.

    `claims`: how often a claim is drawn for each time a headline is; lengths are in tokens. Of
    weight 0 it is left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: int = Field(8, ge=1)
    batch: int = Field(32, ge=2)
    claims: int = Field(3, ge=1)
    max_length: int = Field(96, ge=16, le=512)
    temperature: float = Field(0.05, gt=0)
    weight: float = Field(1.0, ge=0)


class DistilSettings(BaseModel):
    """The student of `mingjian distil`: which layers of the teacher it keeps, and what counts.

    `logits` and `embedding` weigh the two lessons beside the loss on known labels. The teacher is
    asked about `asked` posts at most, of those that are drawn; `unlabelled` posts join where
    `--unlabelled` names some.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: tuple[int, ...] = (0, 5, 11)
    logits: float = Field(0.1, ge=0)
    embedding: float = Field(2.0, ge=0)
    asked: int = Field(200_000, ge=1)
    unlabelled: int = Field(0, ge=0)


class Recipe(BaseModel):
    """Settings of fine-tuning.

    Lengths are in tokens; `batch_size` posts make one optimiser step and are computed
    `micro_batch_size` at a time; rates are those of AdamW, the head's and the encoder's apart.
    `dropout` is that of the base model unless it is named; without any a CPU trains a third faster.
    A corpus too small for `least_steps` steps is read in smaller batches. `pairs` counts only
    where pairs are given, `distil` only for `mingjian distil`, `retrain`
    only for `mingjian retrain`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(1.0, gt=0)
    sources: dict[str, SourceWeight] = Field(default_factory=dict)
    max_length: int = Field(128, ge=16, le=512)
    window_overlap: int = Field(32, ge=0)
    batch_size: int = Field(96, ge=1)
    micro_batch_size: int = Field(24, ge=1)
    learning_rate: float = Field(1e-4, gt=0)
    head_learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    warmup: float = Field(0.06, ge=0, le=0.5)
    label_smoothing: float = Field(0.02, ge=0, lt=0.5)
    dropout: float | None = Field(None, ge=0, lt=1)
    augment: AugmentSettings = Field(default_factory=AugmentSettings)
    title_alone: float = Field(0.3, ge=0, le=1)
    first_window: float = Field(0.7, ge=0, le=1)
    watch_times: int = Field(8, ge=1)
    watch_posts: int = Field(60, ge=2)
    checkpoints: int = Field(8, ge=1)
    least_steps: int = Field(60, ge=1)
    pairs: PairSettings = Field(default_factory=PairSettings)
    distil: DistilSettings = Field(default_factory=DistilSettings)
    retrain: RetrainSettings = Field(default_factory=RetrainSettings)
    seed: int = 20261122

    @model_validator(mode="after")
    def _windows_advance(self) -> Recipe:
        if self.max_length - self.window_overlap < LEAST_ADVANCE:
            raise ValueError(
                f"window_overlap must be at least {LEAST_ADVANCE} below max_length, or windows "
                "of long posts could not advance"
            )
        return self

    def epochs_of(self, source: str) -> float:
        """Return how many passes a source gets."""
        weight = self.sources.get(source)
        return self.epochs * (weight.epochs if weight else 1.0)

    def fitted(self, posts: int) -> Recipe:
        """Return the recipe with smaller batches where `posts` would give too few steps."""
        size = max(SMALLEST_BATCH, min(self.batch_size, posts // self.least_steps))
        if size >= self.batch_size:
            return self
        micro = min(self.micro_batch_size, size)
        return self.model_copy(
            update={"batch_size": size // micro * micro, "micro_batch_size": micro}
        )


def load_recipe(path: Path | None = None) -> Recipe:
    """Read a recipe; raises InvalidInput naming the field that is wrong."""
    path = path or DEFAULT_RECIPE
    try:
        return Recipe.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except FileNotFoundError as error:
        raise InvalidInput(f"{path} does not exist: name a recipe file") from error
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        raise InvalidInput(f"{path}: {describe(error)}") from error
