"""The wire forms of POST /whatif."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from service import catalogue
from service.catalogue import whatif as texts
from service.policy.document import NAME, PolicyDocument
from service.score.evidence import Suggestion
from service.wire import Wire
from service.word.schemas import EntryForm, KindName, ListName

MOST_POSTS = 20_000
MOST_RESCORED = 1_000
MOST_SAMPLES = 10
EntryForms = Annotated[list[EntryForm], Field(max_length=2_000)]


class ChangedWords(Wire):
    """A word list as it might become."""

    list: ListName
    kind: KindName
    entries: EntryForms


class Target(Wire):
    """How much there may be to review."""

    reviews_per_hour: Annotated[
        float, Field(gt=0, le=1_000_000, allow_inf_nan=False, description=texts.PER_HOUR)
    ]


PolicyName = Annotated[str, Field(pattern=NAME)]


class WhatifRequest(Wire):
    """A change to try."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE, texts.EXAMPLE_TARGET]})

    policy: Annotated[PolicyName | PolicyDocument | None, Field(description=texts.POLICY)] = None
    sample: Annotated[int, Field(ge=1, le=MOST_POSTS, description=texts.SAMPLE)] = 5000
    of_policy: Annotated[PolicyName | None, Field(description=texts.OF_POLICY)] = None
    release: Annotated[
        str | None,
        Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description=texts.RELEASE),
    ] = None
    words: Annotated[ChangedWords | None, Field(description=texts.WORDS)] = None
    target: Annotated[Target | None, Field(description=texts.TARGET)] = None


class Sample(Wire):
    """A post that flips."""

    decision_id: Annotated[str | None, Field(description=texts.DECISION_ID)]
    text: Annotated[str | None, Field(description=texts.SNIPPET)]
    score: float | None


class SuggestionFlip(Wire):
    """Posts whose suggestion changes in one way."""

    then: Suggestion
    now: Suggestion
    posts: int
    samples: list[Sample]


class Suggestions(Wire):
    """How many posts get each suggestion."""

    then: dict[str, int]
    now: dict[str, int]
    flips: Annotated[list[SuggestionFlip], Field(description=texts.FLIPS)]


class Measured(Wire):
    """Precision and recall on posts whose label is known, with 95 % intervals (Wilson)."""

    precision: float | None
    precision_interval: list[float] | None
    recall: float | None
    recall_interval: list[float] | None


class LabelFlips(Wire):
    """One label before and after."""

    label: Annotated[str, Field(description=catalogue.LABEL)]
    then: int
    now: int
    newly: int
    no_longer: int
    newly_samples: Annotated[list[Sample], Field(description=texts.NEWLY)]
    no_longer_samples: Annotated[list[Sample], Field(description=texts.NO_LONGER)]
    known: Annotated[dict[str, int], Field(description=texts.KNOWN)]
    measured_then: Measured
    measured_now: Measured


class ReviewLoad(Wire):
    """How much there is to review."""

    share: float | None
    per_hour: Annotated[float | None, Field(description=texts.REVIEWS_PER_HOUR)]
    per_hour_interval: Annotated[list[float] | None, Field(description=texts.INTERVAL)]
    per_day: float | None
    per_day_interval: Annotated[list[float] | None, Field(description=texts.INTERVAL)]
    busiest_hour: Annotated[int | None, Field(description=texts.BUSIEST)]


class Loads(Wire):
    """The review load before and after."""

    posts_per_hour: Annotated[float | None, Field(description=texts.POSTS_PER_HOUR)]
    then: ReviewLoad
    now: ReviewLoad


class Reached(Wire):
    """The policy that keeps to a target."""

    reviews_per_hour: float
    shift: Annotated[float, Field(description=texts.SHIFT)]
    policy: dict[str, Any]
    yaml: Annotated[str, Field(description=texts.YAML)]


class WhatifAnswer(Wire):
    """What the change would do to the posts."""

    policy: Annotated[str | None, Field(description=texts.POLICY)]
    release: str
    posts: int
    left_out: Annotated[int, Field(description=texts.LEFT_OUT)]
    since: datetime | None
    until: datetime | None
    releases: Annotated[dict[str, int], Field(description=texts.RELEASES)]
    suggestions: Suggestions
    labels: list[LabelFlips]
    load: Annotated[Loads, Field(description=texts.LOAD)]
    target: Reached | None
    notes: Annotated[list[str], Field(description=texts.NOTES)]
