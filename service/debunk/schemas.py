"""The wire forms of the debunk library."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from data.debunks import (
    ID_PATTERN,
    MAX_SOURCES,
    MAX_VARIANTS,
    Day,
    Debunk,
    Expiry,
    Source,
    Summary,
    Topic,
    Verdict,
    Words,
)
from service.catalogue import debunks as texts
from service.score.schemas import Debunk as Answer
from service.wire import FieldFault, Wire

# A ULID.
DECISION_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{26}$"
MAX_PAGE, MAX_FOUND, MAX_QUERY, MAX_REVIEWS = 200, 50, 2_000, 1_000

Variants = Annotated[
    tuple[Words, ...],
    Field(max_length=MAX_VARIANTS, strict=False, description=texts.VARIANTS),
]
Sources = Annotated[
    tuple[Source, ...],
    Field(max_length=MAX_SOURCES, strict=False, description=texts.SOURCES),
]
Identity = Annotated[
    str, Field(min_length=1, max_length=64, pattern=ID_PATTERN, description=texts.ID)
]


class NewDebunk(Debunk):
    """A debunk to be added."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE]})

    claim: Annotated[Words, Field(description=texts.CLAIM)]
    variants: Variants = ()
    verdict: Annotated[Verdict, Field(description=texts.VERDICT)]
    summary: Annotated[Summary, Field(description=texts.SUMMARY)] = ""
    sources: Sources = ()
    as_of: Annotated[Day | None, Field(description=texts.AS_OF)] = None
    expires: Annotated[Expiry | None, Field(description=texts.EXPIRES)] = None
    topic: Annotated[Topic | None, Field(description=texts.TOPIC)] = None


class DebunkChange(Wire):
    """What to change about a debunk; a field that is not there stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_PATCH]})

    claim: Annotated[Words | None, Field(description=texts.CLAIM)] = None
    variants: Variants | None = None
    verdict: Annotated[Verdict | None, Field(description=texts.VERDICT)] = None
    summary: Annotated[Summary | None, Field(description=texts.SUMMARY)] = None
    sources: Sources | None = None
    as_of: Annotated[Day | None, Field(description=texts.AS_OF)] = None
    expires: Annotated[Expiry | None, Field(description=texts.EXPIRES)] = None
    topic: Annotated[Topic | None, Field(description=texts.TOPIC)] = None


class DebunkEntry(Wire):
    """A debunk of the library."""

    id: Annotated[str, Field(description=texts.ID)]
    claim: Annotated[str, Field(description=texts.CLAIM)]
    variants: list[str]
    verdict: Annotated[Verdict, Field(description=texts.VERDICT)]
    summary: Annotated[str, Field(description=texts.SUMMARY)]
    sources: list[Source]
    as_of: Annotated[str | None, Field(description=texts.AS_OF)]
    expires: Annotated[str | None, Field(description=texts.EXPIRES)]
    topic: Annotated[str | None, Field(description=texts.TOPIC)]
    shipped: Annotated[bool, Field(description=texts.SHIPPED)]
    revision: Annotated[str, Field(description=texts.REVISION)]
    created_at: Annotated[datetime | None, Field(description=texts.TIMES)]
    updated_at: Annotated[datetime | None, Field(description=texts.TIMES)]


class DebunkPage(Wire):
    """Some of the debunks, by id."""

    debunks: list[DebunkEntry]
    next: Annotated[str | None, Field(description=texts.NEXT)]
    total: Annotated[int, Field(ge=0, description=texts.TOTAL)]
    version: Annotated[str, Field(description=texts.VERSION)]


class DebunkRemoved(Wire):
    """A debunk that is there no more."""

    id: Annotated[str, Field(description=texts.ID)]
    version: Annotated[str, Field(description=texts.VERSION)]


class SearchAnswer(Wire):
    """The nearest entries, in the form of POST /score."""

    results: list[Answer]


class Imported(Wire):
    """What became of one review."""

    index: Annotated[int, Field(ge=0, description=texts.IMPORT_INDEX)]
    status: Annotated[
        Literal["added", "updated", "unchanged", "invalid"],
        Field(description=texts.IMPORT_STATUS),
    ]
    id: Annotated[str | None, Field(description=texts.ID)]
    errors: list[FieldFault]


class ImportReport(Wire):
    """What became of every review, in their order."""

    added: int
    updated: int
    unchanged: int
    invalid: int
    results: list[Imported]
    version: Annotated[str, Field(description=texts.VERSION)]


class ExportAnswer(Wire):
    """Every entry as ClaimReview."""

    context: Annotated[str, Field(alias="@context")]
    graph: Annotated[list[dict[str, Any]], Field(alias="@graph")]


class AffectedDecision(Wire):
    """An earlier decision that an entry throws new light on."""

    decision_id: str
    similarity: Annotated[float, Field(ge=0, le=1, description=texts.SIMILARITY)]
    match: Annotated[Literal["confirmed", "suggested"], Field(description=texts.MATCH)]
    quoted: Annotated[bool, Field(description=texts.QUOTED)]
    found_at: datetime


class AffectedAnswer(Wire):
    """Earlier decisions that match an entry, the newest first."""

    id: Annotated[str, Field(description=texts.ID)]
    revision: Annotated[str, Field(description=texts.REVISION)]
    state: Annotated[Literal["waiting", "running", "done", "none"], Field(description=texts.STATE)]
    scanned: Annotated[int, Field(ge=0, description=texts.SCANNED)]
    complete: Annotated[bool, Field(description=texts.COMPLETE)]
    decisions: list[AffectedDecision]
    next: Annotated[str | None, Field(description=texts.NEXT)]
