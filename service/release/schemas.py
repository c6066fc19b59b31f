"""The wire form of GET /release."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from service import catalogue
from service.wire import Wire


class LabelInfo(Wire):
    """A label with its name for people."""

    label: Annotated[str, Field(description=catalogue.LABEL)]
    chinese: Annotated[str | None, Field(description=catalogue.LABEL_CHINESE)]


class Interval(Wire):
    """95 % intervals of what was measured."""

    precision: list[float] | None
    recall: list[float] | None


class Support(Wire):
    """Held-out posts behind a measurement."""

    positives: int
    negatives: int


class ThresholdInfo(Wire):
    """From which score on a label is flagged, and what that promises."""

    threshold: float
    sentence: Annotated[str, Field(description=catalogue.SENTENCE)]
    precision: float | None
    recall: float | None
    interval: Interval
    support: Support


class ThresholdFound(Wire):
    """The threshold that keeps a wish, and what it gives on held-out posts."""

    label: Annotated[str, Field(description=catalogue.LABEL)]
    sentence: Annotated[str, Field(description=catalogue.SENTENCE)]
    threshold: Annotated[float, Field(ge=0, le=1)]
    precision: float | None
    recall: float | None
    false_alarms: float | None
    interval: Interval
    support: Support


class Scaling(Wire):
    """p = sigmoid(a · logit + b)."""

    a: float
    b: float


class CalibrationInfo(Wire):
    """How logits become probabilities, keyed by label."""

    labels: dict[str, Scaling]
    low_quality: Scaling | None
    priors: Annotated[dict[str, float], Field(description=catalogue.PRIORS)]
    window_pooling: dict[str, Literal["max", "mean"]]


class Windows(Wire):
    """How long text is divided, in tokens."""

    length: int
    overlap: int


class ReleaseChoice(Wire):
    """Which release to serve from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "mingjian-small-2026.12"}]})

    name: Annotated[
        str | None,
        Field(max_length=100, pattern=r"^[A-Za-z0-9][\w.-]*$", description=catalogue.CHOICE_NAME),
    ]


class ReleaseInfo(Wire):
    """The release that is served."""

    name: str
    fingerprint: Annotated[str, Field(description=catalogue.FINGERPRINT)]
    backend: str
    precision: Annotated[str, Field(description=catalogue.PRECISION)]
    labels: list[LabelInfo]
    not_judged: Annotated[list[LabelInfo], Field(description=catalogue.NOT_JUDGED)]
    windows: Windows
    thresholds: dict[str, ThresholdInfo]
    calibration: CalibrationInfo
    metrics: dict[str, Any]
    sources: Annotated[list[dict[str, Any]], Field(description=catalogue.SOURCES)]
