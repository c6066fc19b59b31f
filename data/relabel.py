"""Adding labels that a source's own words give, by rules whose precision was checked by reading."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import regex
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter

from data.schema import Example, Known

RULES = Path(__file__).with_name("relabel.yaml")


def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.VERBOSE | regex.IGNORECASE)


NOTHING = regex.compile(r"(?!)")


class Rule(BaseModel):
    """Where `any` occurs and `none` does not, posts of `source` with `given` have a label too.

    `when` is the value that `given` must have, `labels` what it says of others. Patterns are looked
    for in the NFKC form, so that letters of other styles count as letters; `none` may be left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: str
    given: str
    when: Known = 1
    labels: dict[str, Known]
    any: Annotated[Any, BeforeValidator(_compiled)]
    none: Annotated[Any, BeforeValidator(_compiled)] = NOTHING

    def asks(self, example: Example) -> bool:
        """Whether the post is one that the rule is about."""
        return example.source == self.source and example.labels.get(self.given) == self.when

    def holds(self, text: str) -> bool:
        """Whether the words of the post are those of the rule."""
        return self.any.search(text) is not None and self.none.search(text) is None


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of relabel.yaml."""
    content = yaml.safe_load(RULES.read_text("utf-8"))
    return TypeAdapter(tuple[Rule, ...]).validate_python(content)


def relabel(example: Example) -> Example:
    """Return the Example with the labels that the rules add; of two rules the first one counts.

    What a source says itself is never changed.
    """
    asked = [rule for rule in rules() if rule.asks(example)]
    if not asked:
        return example
    text = unicodedata.normalize("NFKC", example.text)
    labels = dict(example.labels)
    for rule in asked:
        if not rule.labels.keys() <= labels.keys() and rule.holds(text):
            labels = {**rule.labels, **labels}
    return example if labels == example.labels else example.model_copy(update={"labels": labels})
