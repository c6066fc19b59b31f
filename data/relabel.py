"""Adding labels that a source's own words give, by rules whose precision was checked by reading."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

import regex
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter

from data.schema import Example

RULES = Path(__file__).with_name("relabel.yaml")


def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.VERBOSE | regex.IGNORECASE)


class Rule(BaseModel):
    """Where `any` occurs and `none` does not, a post of `source` with `given` has `label` too."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: str
    given: str
    label: str
    any: Annotated[Any, BeforeValidator(_compiled)]
    none: Annotated[Any, BeforeValidator(_compiled)]

    def applies(self, example: Example) -> bool:
        """Whether the rule adds its label; what a source says itself is never changed."""
        return (
            example.source == self.source
            and example.labels.get(self.given) == 1
            and self.label not in example.labels
            and self.any.search(example.text) is not None
            and self.none.search(example.text) is None
        )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of relabel.yaml."""
    content = yaml.safe_load(RULES.read_text("utf-8"))
    return TypeAdapter(tuple[Rule, ...]).validate_python(content)


def relabel(example: Example) -> Example:
    """Return the Example with the labels that the rules add."""
    added = {rule.label: 1 for rule in rules() if rule.applies(example)}
    return example.model_copy(update={"labels": example.labels | added}) if added else example
