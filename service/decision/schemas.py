"""The wire forms of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from data.registers import REGISTERS
from service.catalogue import decision as texts
from service.decision.record import Kept
from service.score.evidence import Suggestion
from service.score.schemas import MAX_ID, Coverage, LabelScore, Scores
from service.wire import Wire

MAX_NOTE = 2000
MAX_LABELS = 64
MAX_PAGE = 200
ULID_PATTERN = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
LABEL_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"


class VersionsForm(Wire):
    """Everything that took part in a decision."""

    release: str
    fingerprint: str
    normaliser: str
    precision: str
    calibration: Annotated[str, Field(description=texts.CALIBRATION)]
    policy: str
    policy_version: str
    words: str | None
    rules: str | None
    debunks: str | None


class ItemForm(Wire):
    """The post, as far as it is kept."""

    id: str | None
    title: str | None
    text: str | None
    author_id: str | None
    channel: str | None
    published_at: str | None


class VerdictForm(Wire):
    """What a reviewer found, and when."""

    verdict: Annotated[Suggestion | None, Field(description=texts.VERDICT_VALUE)]
    labels: Annotated[dict[str, int], Field(description=texts.VERDICT_LABELS)]
    note: str | None
    by: Annotated[str | None, Field(description=texts.KEY_ID)]
    at: datetime


class Outcome(Wire):
    """What came out for a post."""

    suggestion: Suggestion
    scores: Scores
    labels: list[LabelScore]
    reasons: list[dict[str, Any]]
    debunks: list[dict[str, Any]]
    coverage: Coverage
    versions: Annotated[VersionsForm, Field(description=texts.VERSIONS)]


class Receipt(Outcome):
    """A decision as it is kept."""

    id: Annotated[str, Field(description=texts.ID)]
    created_at: Annotated[datetime, Field(description=texts.RECORDED_AT)]
    request_id: str
    key_id: Annotated[str | None, Field(description=texts.KEY_ID)]
    store: Annotated[Kept, Field(description=texts.STORE)]
    item: ItemForm
    fingerprint: Annotated[str | None, Field(description=texts.FINGERPRINT)]
    explain: bool
    verdict: Annotated[VerdictForm | None, Field(description=texts.VERDICT)]
    erased_at: Annotated[datetime | None, Field(description=texts.ERASED_AT)]


class ChangeForm(Wire):
    """One part that differs."""

    part: Annotated[str, Field(description=texts.PART)]
    then: Any
    now: Any


class Replay(Wire):
    """Then, now, and what differs."""

    then: Annotated[Outcome, Field(description=texts.THEN)]
    now: Annotated[Outcome, Field(description=texts.NOW)]
    changed: Annotated[list[ChangeForm], Field(description=texts.CHANGED)]


class VerdictRequest(Wire):
    """What a reviewer says."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_VERDICT]})

    verdict: Annotated[Suggestion | None, Field(description=texts.VERDICT_VALUE)] = None
    labels: Annotated[
        dict[str, Annotated[int, Field(ge=0, le=1)]] | None,
        Field(max_length=MAX_LABELS, description=texts.VERDICT_LABELS),
    ] = None
    note: Annotated[str | None, Field(max_length=MAX_NOTE, description=texts.VERDICT_NOTE)] = None


class DecisionPage(Wire):
    """A page of decisions, newest first."""

    decisions: list[Receipt]
    next: Annotated[str | None, Field(description=texts.NEXT)]


def _of_our_time(moment: datetime) -> datetime:
    if not 1970 < moment.year < 9999:
        raise ValueError("lies outside the years 1971 to 9998")
    return moment


def _register(value: str) -> str:
    if value not in REGISTERS:
        raise ValueError(f"is none of {', '.join(REGISTERS)}")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class DecisionQuery(BaseModel):
    """The parameters of a list; they come as strings, so types are converted here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[Moment | None, Field(description=texts.SINCE)] = None
    until: Annotated[Moment | None, Field(description=texts.UNTIL)] = None
    suggestion: Annotated[Suggestion | None, Field(description=texts.SUGGESTION)] = None
    label: Annotated[
        str | None, Field(pattern=LABEL_PATTERN, max_length=80, description=texts.LABEL)
    ] = None
    author_id: Annotated[str | None, Field(max_length=MAX_ID, description=texts.AUTHOR_ID)] = None
    channel: Annotated[
        Annotated[
            str, Field(json_schema_extra={"enum": list(REGISTERS)}), AfterValidator(_register)
        ]
        | None,
        Field(description=texts.CHANNEL),
    ] = None
    flagged: Annotated[bool | None, Field(description=texts.FLAGGED)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description=texts.LIMIT)] = 50
    cursor: Annotated[str | None, Field(pattern=ULID_PATTERN, description=texts.CURSOR)] = None
