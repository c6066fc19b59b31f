"""What a release says about itself, in public label names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import ValidationError

from models.calibration import Platt
from models.errors import FieldError
from models.labels import CHINESE_NAMES, LABEL_NAMES, LOW_QUALITY, public_name
from models.operating_points import Measure, OperatingPoint, Wish
from models.scorer import Scorer
from models.thresholds import Bounds, Threshold
from service.errors import InvalidRequest
from service.release.schemas import (
    CalibrationInfo,
    Interval,
    LabelInfo,
    ReleaseChoice,
    ReleaseInfo,
    Scaling,
    Support,
    ThresholdFound,
    ThresholdInfo,
    Windows,
)
from service.release.thresholds import ReleaseThresholds


def describe(scorer: Scorer) -> ReleaseInfo:
    """Return the release of a scorer and the arithmetic in use."""
    release = scorer.release
    return ReleaseInfo(
        name=release.name,
        fingerprint=release.fingerprint,
        backend=scorer.backend.name,
        precision=scorer.backend.precision,
        labels=_labels(release.labels),
        not_judged=_labels(release.not_judged),
        windows=Windows(length=release.windows.length, overlap=release.windows.overlap),
        thresholds={
            public_name(label): _threshold(release.thresholds[label]) for label in release.labels
        },
        calibration=_calibration(scorer),
        metrics=dict(release.metrics),
        sources=[dict(source) for source in release.sources],
    )


def read_choice(value: object) -> ReleaseChoice:
    """Return the release a JSON value asks for; raises InvalidRequest that says what it must be."""
    try:
        return ReleaseChoice.model_validate(value)
    except ValidationError:
        raise InvalidRequest(
            'The body must be one JSON object with the name of a release: {"name": "…"}, or null '
            "for the one that the settings name. A name is no path.",
            errors=[FieldError("/name", "must be the name of a release, or null")],
        ) from None


def find_threshold(thresholds: ReleaseThresholds, label: str, wish: Wish) -> ThresholdFound:
    """Return the threshold of a label that keeps a wish; raises UnknownLabel and Unreachable."""
    short = thresholds.short(label)
    point = thresholds.measure(short, thresholds.choose(short, wish))
    return ThresholdFound(
        label=short if short == LOW_QUALITY else public_name(short),
        sentence=str(wish),
        threshold=point.threshold,
        precision=point.precision,
        recall=point.recall,
        false_alarms=point.false_alarms,
        interval=interval_of(point),
        support=Support(positives=point.positives, negatives=point.negatives),
    )


def read_wish(
    maximise: Literal["recall", "precision", "f1"],
    precision: float | None,
    recall: float | None,
    false_alarms: float | None,
) -> Wish:
    """Return what a request asks for; raises InvalidRequest unless it makes sense."""
    bounds: dict[Measure, float] = {}
    if precision is not None:
        bounds["precision"] = precision
    if recall is not None:
        bounds["recall"] = recall
    if false_alarms is not None:
        bounds["false_alarms"] = false_alarms
    if maximise in bounds or len(bounds) > 1 or not (bounds or maximise == "f1"):
        raise InvalidRequest(
            f"maximise={maximise} takes one condition of another kind, such as "
            "maximise=recall&precision=0.9, maximise=precision&recall=0.8, "
            "maximise=recall&false_alarms=0.01; maximise=f1 may stand alone."
        )
    return Wish(maximise, *next(iter(bounds.items()))) if bounds else Wish(maximise)


def interval_of(measured: Threshold | OperatingPoint) -> Interval:
    """Return the wire form of the intervals of a measurement."""
    return Interval(
        precision=_bounds(measured.precision_interval), recall=_bounds(measured.recall_interval)
    )


def _labels(names: Iterable[str]) -> list[LabelInfo]:
    return [LabelInfo(label=public_name(n), chinese=CHINESE_NAMES.get(n)) for n in names]


def _threshold(threshold: Threshold) -> ThresholdInfo:
    return ThresholdInfo(
        threshold=threshold.value,
        sentence=threshold.sentence,
        precision=threshold.precision,
        recall=threshold.recall,
        interval=interval_of(threshold),
        support=Support(positives=threshold.positives, negatives=threshold.negatives),
    )


def _calibration(scorer: Scorer) -> CalibrationInfo:
    labels, calibration = scorer.release.labels, scorer.release.calibration
    low_quality = calibration.low_quality_scaling
    return CalibrationInfo(
        labels={public_name(label): _scaling(calibration.scaling(label)) for label in labels},
        low_quality=None if low_quality is None else _scaling(low_quality),
        # `low_quality` is a prior of its own beside those of the labels.
        priors={
            public_name(name) if name in (*LABEL_NAMES, *labels) else name: prior
            for name, prior in calibration.priors.items()
        },
        window_pooling={public_name(label): calibration.pooling(label) for label in labels},
    )


def _scaling(platt: Platt) -> Scaling:
    return Scaling(a=platt.a, b=platt.b)


def _bounds(bounds: Bounds | None) -> list[float] | None:
    return None if bounds is None else list(bounds)
