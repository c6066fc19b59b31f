"""Faults of values are told in words that say what to send."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from service.faults import TIME, say


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int = Field(1, ge=1, le=2_000)
    share: float = Field(0.5, gt=0)
    flag: bool = True
    kind: Literal["block", "review"] = "block"
    since: AwareDatetime | None = None
    names: tuple[str, ...] = Field((), max_length=2)
    entries: list[str] = Field(["x"], min_length=1)
    word: str = Field("x", min_length=1, max_length=3)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"count": 2_001}, "must be at most 2,000"),
        ({"count": 0}, "must be at least 1"),
        ({"count": "x"}, "must be a whole number"),
        ({"share": 0}, "must be more than 0"),
        ({"flag": "maybe"}, "must be true or false"),
        ({"kind": "deny"}, "must be 'block' or 'review'"),
        ({"since": "2026-11-22"}, TIME),
        ({"since": "2026-11-22T09:00:00"}, TIME),
        ({"names": 5}, "must be a list"),
        ({"names": ["a", "b", "c"]}, "has more than 2 entries"),
        ({"entries": []}, "is empty"),
        ({"word": "long"}, "has more than 3 characters"),
        ({"word": None}, "must be a string"),
        ({"nonsense": 1}, "is not known here; /docs lists what is"),
    ],
)
def test_a_fault_says_what_to_send(value: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(value)
    (fault,) = caught.value.errors()
    assert say(fault) == said


def test_what_is_new_to_us_is_told_as_pydantic_does() -> None:
    assert say({"type": "new", "msg": "Input is odd"}) == "input is odd"
