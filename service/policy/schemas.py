"""The wire forms of policies as they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service import catalogue
from service.catalogue import policies as texts
from service.decide import Allow, Store
from service.policy.repository import Form, Origin
from service.release.schemas import Interval, Support
from service.score.evidence import Suggestion
from service.wire import FieldFault, Wire

Version = Annotated[str, Field(description=texts.VERSION, examples=["bc5a29a1011f"])]
From = Annotated[Origin, Field(description=texts.ORIGIN)]
Cited = Annotated[str | None, Field(description=texts.RULE, examples=["R2"])]
Faults = Annotated[list[FieldFault], Field(description=texts.FAULTS)]


class PolicySummary(Wire):
    """A policy in force."""

    name: str
    version: Version
    origin: From
    description: str
    schedule: Annotated[str | None, Field(description=texts.SCHEDULE_NOW)]
    faults: Faults


class FileFaultInfo(Wire):
    """A file, or a stored policy, that cannot be used."""

    file: str
    detail: str
    errors: list[FieldFault]


class PoliciesAnswer(Wire):
    """All policies in force."""

    policies: list[PolicySummary]
    file_faults: Annotated[list[FileFaultInfo], Field(description=texts.FILE_FAULTS)]


class LabelInForce(Wire):
    """What a policy does about one label, resolved for the release that is served."""

    label: Annotated[str, Field(description=catalogue.LABEL)]
    enabled: bool
    threshold: float
    written: Annotated[float | str | None, Field(description=texts.WRITTEN)]
    precision: float | None
    recall: float | None
    interval: Interval | None
    support: Support | None
    suggestion: Suggestion
    block_at: Annotated[float | None, Field(description=texts.BLOCK_AT)]
    rule: Cited


class WordsInForce(Wire):
    """What a policy does about word hits; `lists` null takes every list."""

    lists: list[str] | None
    block: Suggestion
    review: Suggestion
    allow: Annotated[Allow, Field(description=texts.ALLOW)]
    rule: Cited


class DebunksInForce(Wire):
    """What a policy does about repeated claims."""

    confirmed: Suggestion
    suggested: Suggestion
    rule: Cited


class Applied(Wire):
    """What applies on a channel and in a schedule; null stands for all others."""

    channel: str | None
    schedule: str | None
    labels: list[LabelInForce]
    low_quality: LabelInForce | None
    words: WordsInForce
    debunks: DebunksInForce
    store: Store


class PolicyInfo(Wire):
    """A version of a policy; `document` is its content, `source` the text it was read from."""

    name: str
    version: Version
    origin: From
    description: str
    schedule: Annotated[str | None, Field(description=texts.SCHEDULE_NOW)]
    form: Literal["yaml", "json"]
    source: Annotated[str, Field(description=texts.SOURCE)]
    document: dict[str, Any]
    applied: Annotated[list[Applied], Field(description=texts.APPLIED)]
    faults: Faults


class VersionSummary(Wire):
    """A version that was in force once."""

    version: Version
    origin: From
    form: Form
    created_at: datetime
    created_by: Annotated[str | None, Field(description=texts.DECIDED_BY)]
    in_force: bool


class VersionsAnswer(Wire):
    """Every version of a policy, newest first."""

    name: str
    versions: list[VersionSummary]


class PolicyRemoved(Wire):
    """What stands after a stored policy was taken out of force."""

    name: str
    removed: Literal[True] = True
    now: Annotated[PolicySummary | None, Field(description=texts.AFTER_REMOVAL)]
