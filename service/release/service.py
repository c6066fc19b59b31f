"""What a release says about itself, in public label names."""

from __future__ import annotations

from collections.abc import Iterable

from models.calibration import Platt
from models.labels import CHINESE_NAMES, LABEL_NAMES, public_name
from models.scorer import Scorer
from models.thresholds import Bounds, Threshold
from service.release.schemas import (
    CalibrationInfo,
    Interval,
    LabelInfo,
    ReleaseInfo,
    Scaling,
    Support,
    ThresholdInfo,
    Windows,
)


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


def _labels(names: Iterable[str]) -> list[LabelInfo]:
    return [LabelInfo(label=public_name(n), chinese=CHINESE_NAMES.get(n)) for n in names]


def _threshold(threshold: Threshold) -> ThresholdInfo:
    return ThresholdInfo(
        threshold=threshold.value,
        sentence=threshold.sentence,
        precision=threshold.precision,
        recall=threshold.recall,
        interval=Interval(
            precision=_bounds(threshold.precision_interval),
            recall=_bounds(threshold.recall_interval),
        ),
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
