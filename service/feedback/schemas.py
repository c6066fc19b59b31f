"""The wire forms of feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from data.registers import REGISTERS
from service.catalogue import feedback as texts
from service.feedback.labels import short_name
from service.feedback.record import State
from service.feedback.tables import MAX_AUTHOR, MOST_BY, MOST_NOTE
from service.identifiers import ALPHABET
from service.score.schemas import MAX_TEXT, MAX_TITLE
from service.text import is_blank
from service.wire import Wire

MOST_ITEMS = 100
MOST_LABELS = 50
ID_PATTERN = f"^[{ALPHABET}]{{26}}$"


def _readable(text: str) -> str:
    if is_blank(text):
        raise ValueError("holds only white space or invisible characters")
    return text


def _register(name: str) -> str:
    if name not in REGISTERS:
        raise ValueError(f"is none of {', '.join(REGISTERS)}")
    return name


def _label(name: str) -> str:
    short_name(name)
    return name


Identity = Annotated[str, Field(pattern=ID_PATTERN, examples=[texts.EXAMPLE_ID])]
Note = Annotated[str | None, Field(max_length=MOST_NOTE, description=texts.NOTE)]
Labels = Annotated[
    dict[Annotated[str, AfterValidator(_label)], Annotated[int, Field(ge=0, le=1)]],
    Field(
        min_length=1,
        max_length=MOST_LABELS,
        description=texts.LABELS,
        examples=[{"rumour": 0, "low_quality.ad_spam": 1}],
    ),
]


class FeedbackItem(Wire):
    """What one post really is."""

    decision_id: Annotated[
        Identity | None,
        Field(description=texts.DECISION_ID),
    ] = None
    text: Annotated[
        Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_readable)] | None,
        Field(description=texts.TEXT),
    ] = None
    title: Annotated[str | None, Field(max_length=MAX_TITLE, description=texts.TITLE)] = None
    channel: Annotated[
        Annotated[
            str, Field(json_schema_extra={"enum": list(REGISTERS)}), AfterValidator(_register)
        ]
        | None,
        Field(description=texts.CHANNEL),
    ] = None
    author_id: Annotated[
        Annotated[str, Field(min_length=1, max_length=MAX_AUTHOR)] | None,
        Field(description=texts.AUTHOR_ID),
    ] = None
    labels: Labels
    note: Note = None
    by: Annotated[str | None, Field(max_length=MOST_BY, description=texts.BY)] = None

    @model_validator(mode="after")
    def _one_post(self) -> FeedbackItem:
        if (self.decision_id is None) == (self.text is None):
            raise ValueError("needs either a decision_id or a text, and not both")
        given = (self.title, self.channel, self.author_id)
        if self.text is None and any(one is not None for one in given):
            raise ValueError(
                "has title, channel or author_id beside decision_id; the decision has its own"
            )
        return self


class FeedbackRequest(Wire):
    """POST /feedback."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_REQUEST]})

    items: Annotated[
        list[FeedbackItem],
        Field(min_length=1, max_length=MOST_ITEMS, description=texts.ITEMS),
    ]


class FeedbackCreated(Wire):
    """The answer to POST /feedback."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_CREATED]})

    ids: Annotated[list[str], Field(description=texts.IDS)]


class ReviewRequest(Wire):
    """PATCH /feedback/{id}."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_REVIEW]})

    state: Annotated[Literal["released", "rejected"], Field(description=texts.STATE)]
    note: Note = None


class Similar(Wire):
    """Other feedback on the same or nearly the same post."""

    id: str
    state: Annotated[State, Field(description=texts.STATE)]
    similarity: Annotated[float, Field(ge=0, le=1, description=texts.SIMILARITY)]
    labels: dict[str, int]
    conflicts: Annotated[list[str], Field(description=texts.CONFLICTS)]


class Review(Wire):
    """Who released or rejected it, and when."""

    at: datetime
    by: Annotated[str | None, Field(description=texts.REVIEWED_BY)]
    note: str | None


class FeedbackInfo(Wire):
    """One piece of feedback."""

    id: str
    state: Annotated[State, Field(description=texts.STATE)]
    created_at: datetime
    decision_id: str | None
    title: str | None
    text: str
    channel: str | None
    author_id: Annotated[str | None, Field(description=texts.AUTHOR_ID)]
    labels: dict[str, int]
    note: str | None
    by: str | None
    key_id: Annotated[str | None, Field(description=texts.KEY_ID)]
    review: Review | None
    similar: Annotated[list[Similar], Field(description=texts.SIMILAR)]


class FeedbackPage(Wire):
    """GET /feedback."""

    items: list[FeedbackInfo]
    next: Annotated[str | None, Field(description=texts.NEXT)]
