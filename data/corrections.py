"""Labels of a source that a person read and found plainly wrong, with what they should be.

`corrections.yaml` names posts by the number in their id and holds no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator

from data.schema import Example, Known
from models.labels import LABEL_NAMES

CORRECTIONS = Path(__file__).with_name("corrections.yaml")


class Correction(BaseModel):
    """What the posts `ids` of one source should be labelled; a label that is null is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str
    labels: dict[str, Known | None]
    ids: tuple[int, ...]

    @field_validator("labels")
    @classmethod
    def _known_labels(cls, value: dict[str, Known | None]) -> dict[str, Known | None]:
        if unknown := set(value) - set(LABEL_NAMES):
            raise ValueError(f"no such label: {', '.join(sorted(unknown))}")
        return value

    @field_validator("ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        return str(value).split() if isinstance(value, (str, int)) else value


@cache
def corrections() -> Mapping[str, Mapping[str, Known | None]]:
    """Return post id → label → value; None says that the label is not known after all.

    Raises ValueError where two corrections of a post contradict each other.
    """
    content = yaml.safe_load(CORRECTIONS.read_text("utf-8"))
    groups = TypeAdapter(dict[str, tuple[Correction, ...]]).validate_python(content)
    found: dict[str, dict[str, Known | None]] = {}
    for source, group in groups.items():
        for correction in group:
            for number in correction.ids:
                of_post = found.setdefault(f"{source}-{number:06d}", {})
                for label, value in correction.labels.items():
                    if of_post.setdefault(label, value) != value:
                        raise ValueError(f"{source}-{number:06d}: {label} is corrected twice")
    return found


def correct(example: Example) -> Example:
    """Return the Example with the labels that were found right; the same one where none was."""
    corrected = corrections().get(example.id)
    if corrected is None:
        return example
    merged = {**example.labels, **corrected}
    labels = {name: value for name, value in merged.items() if value is not None}
    return example if labels == example.labels else example.model_copy(update={"labels": labels})
