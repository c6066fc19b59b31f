"""The wire forms of POST /score, field by field as the contract has them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field

from data.registers import REGISTERS
from models.scorer import Post
from service import catalogue
from service.catalogue import score as texts
from service.decide import DEFAULT, DIGITS
from service.score.evidence import DebunkMatch, Suggestion
from service.text import is_blank
from service.wire import FieldFault, Wire

MAX_TEXT = 20_000
MAX_TITLE = 200
MAX_ID = 256
MAX_ITEMS = 256
MAX_CHARACTERS = 200_000

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


def _readable(text: str) -> str:
    if is_blank(text):
        raise ValueError("holds only white space or invisible characters; nothing can be read")
    return text


def _register(value: str) -> str:
    if value not in REGISTERS:
        raise ValueError(f"is none of {', '.join(REGISTERS)}")
    return value


def _rfc3339(value: str) -> str:
    try:
        if not _RFC3339.fullmatch(value):
            raise ValueError(value)
        # The day must exist; Python knows no leap second, which the pattern has checked.
        datetime.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(
            "is not a time of RFC 3339 with its offset, such as 2026-11-22T09:00:00+08:00"
        ) from None
    return value


class Item(Wire):
    """One post."""

    id: Annotated[str | None, Field(max_length=MAX_ID, description=catalogue.ITEM_ID)] = None
    title: Annotated[str | None, Field(max_length=MAX_TITLE, description=catalogue.TITLE)] = None
    text: Annotated[
        str,
        Field(min_length=1, max_length=MAX_TEXT, description=catalogue.TEXT),
        AfterValidator(_readable),
    ]
    author_id: Annotated[str | None, Field(max_length=MAX_ID, description=catalogue.AUTHOR_ID)] = (
        None
    )
    channel: Annotated[
        Annotated[
            str, Field(json_schema_extra={"enum": list(REGISTERS)}), AfterValidator(_register)
        ]
        | None,
        Field(description=catalogue.CHANNEL),
    ] = None
    published_at: Annotated[
        Annotated[str, Field(json_schema_extra={"format": "date-time"}), AfterValidator(_rfc3339)]
        | None,
        Field(description=catalogue.PUBLISHED_AT),
    ] = None

    @property
    def post(self) -> Post:
        """What the model reads of the item."""
        return Post(text=self.text, title=self.title or "")


class Options(Wire):
    """The envelope: how all posts of a request are judged."""

    policy: Annotated[str | None, Field(description=catalogue.POLICY)] = DEFAULT
    explain: Annotated[bool | None, Field(description=catalogue.EXPLAIN)] = False
    store: Annotated[bool | None, Field(description=catalogue.STORE)] = True


class SingleRequest(Item, Options):
    """One post, its fields beside those of the envelope."""

    model_config = ConfigDict(json_schema_extra={"examples": [catalogue.EXAMPLE_SINGLE]})


class BatchRequest(Options):
    """Several posts, each answered for itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [catalogue.EXAMPLE_BATCH]})

    items: Annotated[
        list[Item], Field(min_length=1, max_length=MAX_ITEMS, description=catalogue.ITEMS)
    ]


class Scores(Wire):
    """The two probabilities most callers need."""

    rumour: Annotated[float | None, Field(ge=0, le=1, description=catalogue.SCORE_RUMOUR)]
    low_quality: Annotated[float | None, Field(ge=0, le=1, description=catalogue.SCORE_LOW_QUALITY)]


class LabelScore(Wire):
    """One label of the release."""

    label: Annotated[str, Field(description=catalogue.LABEL, examples=["low_quality.ad_spam"])]
    score: Annotated[float, Field(ge=0, le=1)]
    threshold: Annotated[float, Field(ge=0, le=1)]
    flagged: Annotated[bool, Field(description=catalogue.FLAGGED)]


class Reason(Wire):
    """What in the post spoke for the result: `text` is `field[start:end]` as sent."""

    code: Annotated[str, Field(description=texts.REASON_CODE, examples=["model.rumour"])]
    rule: Annotated[str | None, Field(description=texts.REASON_RULE, examples=["R2"])]
    source: Annotated[
        Literal["model", "word", "rule", "debunk"], Field(description=texts.REASON_SOURCE)
    ]
    field: Annotated[Literal["title", "text"], Field(description=texts.REASON_FIELD)]
    start: Annotated[int, Field(ge=0, description=texts.REASON_START)]
    end: Annotated[int, Field(ge=0, description=texts.REASON_END)]
    text: Annotated[str, Field(description=texts.REASON_TEXT)]
    read_as: Annotated[str, Field(description=texts.REASON_READ_AS)]
    weight: Annotated[float, Field(description=texts.REASON_WEIGHT)]
    note: Annotated[str, Field(description=texts.REASON_NOTE)]


class Debunk(Wire):
    """A known debunk of what the post says."""

    id: str
    claim: str
    verdict: Annotated[str, Field(description=texts.VERDICT)]
    summary: str
    url: str | None
    as_of: Annotated[str | None, Field(description=texts.AS_OF)]
    match: Annotated[Literal["confirmed", "suggested"], Field(description=texts.MATCH)]
    similarity: Annotated[float, Field(ge=0, le=1, description=texts.SIMILARITY)]

    @classmethod
    def of(cls, match: DebunkMatch) -> Self:
        """Return what a caller is told of a match."""
        return cls(
            id=match.id,
            claim=match.claim,
            verdict=match.verdict,
            summary=match.summary,
            url=match.url,
            as_of=match.as_of,
            match=match.match,
            similarity=round(match.similarity, DIGITS),
        )


class Coverage(Wire):
    """How much of the text was read: all of it."""

    characters: Annotated[int, Field(ge=1, le=MAX_TEXT, description=catalogue.CHARACTERS)]
    windows: Annotated[int, Field(ge=1, description=catalogue.WINDOWS)]
    truncated: Literal[False]


class Scored(Wire):
    """An item that was scored; its `decision_id` is set when it is recorded."""

    model_config = ConfigDict(frozen=False)

    id: Annotated[str | None, Field(description=catalogue.RESULT_ID)]
    status: Literal[200]
    suggestion: Annotated[Suggestion, Field(description=catalogue.SUGGESTION)]
    scores: Scores
    labels: list[LabelScore]
    reasons: Annotated[list[Reason], Field(description=catalogue.REASONS)]
    debunks: Annotated[list[Debunk], Field(description=catalogue.DEBUNKS)]
    coverage: Coverage
    decision_id: Annotated[str | None, Field(description=catalogue.DECISION_ID)]


class ItemProblem(Wire):
    """What is wrong with an item."""

    code: str
    detail: str
    errors: list[FieldFault]


class Refused(Wire):
    """An item that could not be scored; its neighbours were."""

    id: str | None
    status: Annotated[int, Field(ge=400, le=499, examples=[422])]
    problem: ItemProblem


class PolicyUsed(Wire):
    """The policy that was applied."""

    name: str
    version: str


class ScoreResponse(Wire):
    """One result for each item, in the order of the items."""

    model_config = ConfigDict(json_schema_extra={"examples": [catalogue.EXAMPLE_ANSWER]})

    request_id: str
    release: Annotated[str, Field(description=catalogue.RELEASE_NAME)]
    policy: PolicyUsed
    results: list[Scored | Refused]
