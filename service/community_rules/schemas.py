"""The community rules, as they are written in data/community_rules and answered by GET /rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.catalogue import community_rules as texts
from service.wire import Wire

Text = Annotated[str, Field(min_length=1)]


class Clause(Wire):
    """One thing that is not allowed."""

    id: Annotated[str, Field(examples=["R2.1"])]
    text: Text


class Rule(Wire):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^R[1-9][0-9]?$", examples=["R2"])]
    title: Text
    english: Annotated[str, Field(description=texts.ENGLISH)]
    labels: Annotated[list[str], Field(description=texts.LABELS)]
    evidence: Annotated[
        list[Literal["words", "debunks"]],
        Field(default_factory=list, description=texts.EVIDENCE),
    ]
    why: Text
    not_allowed: Annotated[list[Clause], Field(min_length=1)]
    allowed: Annotated[list[Text], Field(min_length=1)]
    measure: Annotated[Text, Field(description=texts.MEASURE)]
    rights: Annotated[Text, Field(description=texts.RIGHTS)]
    duties: Annotated[Text, Field(description=texts.DUTIES)]


class Place(Wire):
    """What matters most in one kind of place."""

    title: Text
    channels: list[str]
    text: Text


class CommunityRules(Wire):
    """All rules."""

    title: Text
    english_title: Text
    version: Text
    preamble: Text
    english: Text
    places: Annotated[dict[str, Place], Field(description=texts.PLACES)]
    rules: list[Rule]
