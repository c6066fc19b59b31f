"""The form of a policy, in YAML and in JSON alike. What is left out keeps what stood before.

A document has a base; `channels` change it for posts of a channel, `schedules` for times of the
day. In a channel or a schedule, a field that is left out keeps the base's.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from data.registers import REGISTERS
from models.errors import InvalidInput
from models.labels import LOW_QUALITY
from models.operating_points import parse_sentence
from service.catalogue import policies as texts
from service.decide import Allow, Store
from service.score.evidence import Suggestion
from service.wire import Wire

OWN = "release"
ALL = "all"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_TIMEZONE = "Asia/Shanghai"
NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
LABEL = r"^(low_quality\.)?[a-z][a-z0-9_]{0,63}$"
RULE = r"^R[1-9][0-9]{0,2}(\.[1-9][0-9]?)?$"
_QUOTED = re.compile(r"\s*[0-9]*\.?[0-9]+\s*[%％]?\s*", re.ASCII)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)


def _plain(value: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in value):
        raise ValueError("holds control characters; leave them out")
    return value


def _threshold(value: object) -> object:
    """Check a threshold here, so that one fault is told and not one for each type it may have."""
    if value is None or value == OWN:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 < value < 1:
            raise ValueError("must be between 0 and 1, such as 0.8")
        return float(value)
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004  pydantic tells a ValueError to the caller
            'must be a number between 0 and 1, "release", or a sentence in quotes'
        )
    try:
        parse_sentence(value)
    except InvalidInput as error:
        if _QUOTED.fullmatch(value):
            raise ValueError("must be a plain number, such as 0.8: no quotes, no %") from None
        raise ValueError(error.detail) from None
    return value


def _block_at(value: object) -> object:
    if value == OWN:
        raise ValueError("must be a number or a sentence: the release has no second threshold")
    return _threshold(value)


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; write one such as Asia/Shanghai") from None
    return value


def _time(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise ValueError('is no time of the day; write hours and minutes, such as "22:00"')
    return value


def _registers(value: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in value if name not in REGISTERS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no channel; channels are {', '.join(REGISTERS)}")
    return value


Plain = AfterValidator(_plain)
Threshold = Annotated[
    Annotated[float, Field(gt=0, lt=1)] | Annotated[str, Field(max_length=100)] | None,
    BeforeValidator(_threshold),
    Field(description=texts.THRESHOLD, examples=["recall at precision >= 0.9", 0.8, OWN]),
]
BlockAt = Annotated[
    Annotated[float, Field(gt=0, lt=1)] | Annotated[str, Field(max_length=100)] | None,
    BeforeValidator(_block_at),
    Field(description=texts.BLOCK_AT, examples=["false alarms <= 0.001", 0.95]),
]
CitedRule = Annotated[str | None, Field(pattern=RULE, description=texts.RULE, examples=["R2"])]
Action = Annotated[Suggestion | None, Field(description=texts.ACTION)]
ListName = Annotated[str, Field(min_length=1, max_length=64), Plain]


class LabelPart(Wire):
    """What is done about one label."""

    enabled: Annotated[bool | None, Field(description=texts.ENABLED)] = None
    threshold: Threshold = None
    suggestion: Action = None
    block_at: BlockAt = None
    rule: CitedRule = None


class WordsPart(Wire):
    """What is done about hits of word lists."""

    lists: Annotated[
        Annotated[list[ListName], Field(max_length=200)] | None,
        BeforeValidator(lambda value: [ALL] if value == ALL else value),
        Field(description=texts.LISTS, examples=[[ALL]]),
    ] = None
    block: Action = None
    review: Action = None
    allow: Annotated[Allow | None, Field(description=texts.ALLOW)] = None
    rule: CitedRule = None


class DebunksPart(Wire):
    """What is done about posts that repeat a refuted claim."""

    confirmed: Action = None
    suggested: Action = None
    rule: CitedRule = None


class Judgement(Wire):
    """What a base, a channel and a schedule have in common."""

    labels: Annotated[
        dict[Annotated[str, Field(pattern=LABEL)], LabelPart],
        Field(default_factory=dict, max_length=64, description=texts.LABELS),
    ]
    low_quality: Annotated[LabelPart | None, Field(description=texts.OVERALL)] = None
    words: Annotated[WordsPart, Field(default_factory=WordsPart)]
    debunks: Annotated[DebunksPart, Field(default_factory=DebunksPart)]
    store: Annotated[Store | None, Field(description=texts.STORE)] = None


class Schedule(Judgement):
    """What holds between two times of the day, over midnight where `to` is not after `from`."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True)

    name: Annotated[str, Field(min_length=1, max_length=64), Plain]
    begin: Annotated[str, Field(alias="from", max_length=5), AfterValidator(_time)]
    end: Annotated[str, Field(alias="to", max_length=5), AfterValidator(_time)]
    timezone: Annotated[
        str, Field(max_length=64, examples=[DEFAULT_TIMEZONE]), Plain, AfterValidator(_timezone)
    ] = DEFAULT_TIMEZONE
    days: Annotated[
        list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]],
        Field(
            default_factory=lambda: list(DAYS),
            min_length=1,
            max_length=7,
            description=texts.DAYS,
        ),
    ]


class PolicyDocument(Judgement):
    """A policy as it is written."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE]})

    name: Annotated[str | None, Field(pattern=NAME, description=texts.NAME)] = None
    description: Annotated[str, Field(max_length=2000), Plain] = ""
    channels: Annotated[
        dict[str, Judgement],
        AfterValidator(_registers),
        Field(default_factory=dict, description=texts.CHANNELS),
    ]
    schedules: Annotated[
        list[Schedule],
        Field(default_factory=list, max_length=24, description=texts.SCHEDULES),
    ]


def minutes(text: str) -> int:
    """Return minutes since midnight of a time that a Schedule has accepted; 24:00 is 1440."""
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def wall(text: str) -> time:
    """Return the time of the day; 24:00 is midnight."""
    return time(minutes(text) // 60 % 24, minutes(text) % 60)


def short_label(name: str) -> str:
    """Return the short name of a label that was named in either way."""
    return name.removeprefix(f"{LOW_QUALITY}.")
