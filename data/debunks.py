"""Debunks: what is known of a claim, and the entries that ship in `data/debunks/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from data.readers.lines import json_lines
from data.schema import describe
from models.errors import InvalidInput

FOLDER = Path(__file__).parent / "debunks"
Verdict = Literal["false", "misleading", "unproven", "true"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MAX_CLAIM, MAX_VARIANTS, MAX_SUMMARY, MAX_SOURCES = 20_000, 50, 20_000, 20
MAX_NAME, MAX_URL, MAX_TOPIC = 200, 2_000, 50
# Fewer words or digits than this would be found in every other post.
LEAST_WORDS = 4
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
EXPIRES_PATTERN = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2}))?$"
CHINA = timezone(timedelta(hours=8))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EXPIRES = re.compile(EXPIRES_PATTERN, re.ASCII)
_WORD = regex.compile(r"[\p{L}\p{N}]")


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds the character NUL, which cannot be stored; remove it")
    return text


def _recognisable(text: str) -> str:
    if len(_WORD.findall(text, concurrent=False)) < LEAST_WORDS:
        raise ValueError(
            f"has fewer than {LEAST_WORDS} letters or digits, too few to recognise it by"
        )
    return text


def _day(value: str) -> str:
    try:
        if not _DAY.fullmatch(value):
            raise ValueError
        date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day of the calendar, such as 2026-11-22") from None
    return value


def _moment(value: str) -> str:
    try:
        if not _EXPIRES.fullmatch(value):
            raise ValueError
        read_expiry(value)
    except (ValueError, OverflowError):
        raise ValueError(
            "is neither a day, such as 2026-11-22, nor a time of RFC 3339 with its offset, such as "
            "2026-11-22T09:00:00+08:00"
        ) from None
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and value.isprintable()
    except ValueError:
        usable = False
    if not usable or " " in value:
        raise ValueError("is no address of the web; it begins with https:// or http://")
    return value


def read_expiry(value: str) -> datetime:
    """Return the moment from which an entry no longer holds; a day holds until it ends in China."""
    if len(value) == len("2026-11-22"):
        following = date.fromisoformat(value) + timedelta(days=1)
        return datetime.combine(following, time.min, CHINA).astimezone(UTC)
    return datetime.fromisoformat(value).astimezone(UTC)


Words = Annotated[
    str,
    Field(min_length=LEAST_WORDS, max_length=MAX_CLAIM),
    AfterValidator(_storable),
    AfterValidator(_recognisable),
]
Summary = Annotated[str, Field(max_length=MAX_SUMMARY), AfterValidator(_storable)]
Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-22"]), AfterValidator(_day)
]
Expiry = Annotated[
    str, Field(pattern=EXPIRES_PATTERN, examples=["2027-12-31"]), AfterValidator(_moment)
]
Topic = Annotated[str, Field(min_length=1, max_length=MAX_TOPIC), AfterValidator(_storable)]
WebAddress = Annotated[
    str,
    Field(max_length=MAX_URL, json_schema_extra={"format": "uri"}),
    AfterValidator(_storable),
    AfterValidator(_web_address),
]


class Strict(BaseModel):
    """Base of the forms here: no conversion of types, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Source(Strict):
    """Who says so, and where it can be read."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_storable)]
    url: WebAddress | None = None


class Debunk(Strict):
    """A claim with what is known of it.

    `variants` are other wordings of the claim. `summary` says what is right. `as_of` is the day of
    that knowledge; after `expires` (a day in China, or a time) the entry matches no more.
    """

    claim: Words
    variants: Annotated[tuple[Words, ...], Field(max_length=MAX_VARIANTS, strict=False)] = ()
    verdict: Verdict
    summary: Summary = ""
    sources: Annotated[tuple[Source, ...], Field(max_length=MAX_SOURCES, strict=False)] = ()
    as_of: Day | None = None
    expires: Expiry | None = None
    topic: Topic | None = None

    @property
    def content(self) -> Debunk:
        """The debunk without what a form adds to it."""
        return Debunk.model_construct(**{name: getattr(self, name) for name in Debunk.model_fields})


class ShippedDebunk(Debunk):
    """A debunk of a file, with the id it keeps for good."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]


def read_shipped(folder: Path = FOLDER) -> Iterator[ShippedDebunk]:
    """Yield the entries of `*.jsonl` in a folder, one JSON object a line, files by name.

    Raises InvalidInput that names file, line and reason for a line that is no entry, and for an id
    that stands there twice.
    """
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for row in json_lines(path):
            place = f"{path.name}:{row.line}"
            if row.record is None:
                raise InvalidInput(f"{place}: {row.problem}")
            try:
                entry = ShippedDebunk.model_validate(row.record)
            except ValidationError as error:
                raise InvalidInput(f"{place}: {describe(error)}") from None
            if entry.id in seen:
                raise InvalidInput(f"{place}: the id {entry.id} stands in {seen[entry.id]} already")
            seen[entry.id] = place
            yield entry
