"""The Example: one post with what is known about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date as calendar_day
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.registers import REGISTERS
from models.labels import LABEL_NAMES

Known = Literal[0, 1]
MAX_CHARACTERS = 100_000
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class Example(BaseModel):
    """A post and the labels known of it; a label that is absent is unknown, not 0.

    `date` is a day, a month or a year. Examples that share `cluster` say the same thing and must
    stay on one side of a split. Fields this schema does not know are ignored and reported; so is a
    label that is not one of ours, whose value may be anything (0 and 1 are kept).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=100)
    register_: str = Field("web", alias="register")
    text: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    title: str | None = Field(None, max_length=2_000)
    labels: dict[str, Known]
    date: str | None = None
    cluster: int | None = None
    split: str | None = None
    domain: str | None = None

    @field_validator("register_")
    @classmethod
    def _known_register(cls, value: str) -> str:
        if value not in REGISTERS:
            raise ValueError(f"unknown register; use one of {', '.join(REGISTERS)}")
        return value

    @field_validator("text")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("text is blank")
        return value

    @field_validator("labels", mode="before")
    @classmethod
    def _without_unknown(cls, value: Any) -> Any:
        """Null says unknown, as absence does; what others mean by their labels is theirs."""
        if not isinstance(value, dict):
            return value
        return {
            name: known
            for name, known in value.items()
            if known is not None and (name in LABEL_NAMES or known in (0, 1))
        }

    @field_validator("date")
    @classmethod
    def _on_the_calendar(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            if not DATE.fullmatch(value):
                raise ValueError
            calendar_day.fromisoformat(f"{value}-01-01"[:10])
        except ValueError:
            raise ValueError(
                "no such date; use a day, a month or a year: 2024-05-31, 2024-05, 2024"
            ) from None
        return value

    def to_record(self) -> dict[str, Any]:
        """Return the JSON form, without absent fields."""
        return self.model_dump(by_alias=True, exclude_none=True)


FIELDS = frozenset(field.alias or name for name, field in Example.model_fields.items())


def describe(error: ValidationError) -> str:
    """Return the faults of a record as one line."""
    faults: Iterable[str] = (
        f"{'.'.join(str(part) for part in fault['loc']) or 'row'}: "
        + fault["msg"].removeprefix("Value error, ")
        for fault in error.errors(include_url=False, include_input=False)
    )
    return "; ".join(faults)
