"""Calibration: from raw logits to probabilities that mean what they say.

Each label has a Platt scaling (Platt 1999, "Probabilistic Outputs for Support Vector Machines"):
p = sigmoid(a * logit + b). `low_quality` is the noisy-or of its sub-labels' calibrated
probabilities, taken back to a logit and scaled once more, because labels are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ReleaseError
from models.labels import RUMOUR
from models.windows import WindowSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pooling = Literal["max", "mean"]
Floats = NDArray[np.float64]

# Keeps log(p) and log(1 - p) finite.
_EDGE = 1e-12


def sigmoid(logits: NDArray[Any]) -> Floats:
    """Return 1 / (1 + exp(-logits)) without overflow, in the shape of `logits`."""
    # tanh saturates instead of overflowing.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits.astype(np.float64))))


def logit(probabilities: Floats) -> Floats:
    """Return the finite log odds of probabilities."""
    inside = np.clip(probabilities, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def noisy_or(probabilities: Floats) -> Floats:
    """Return the probability [n] that any of independent labels [n, labels] holds."""
    return np.asarray(1.0 - np.prod(1.0 - probabilities, axis=1))


@dataclass(frozen=True, slots=True)
class Platt:
    """Slope and offset on the logit; the default changes nothing."""

    a: float = 1.0
    b: float = 0.0

    def __call__(self, logits: NDArray[Any]) -> Floats:
        """Return calibrated probabilities in the shape of `logits`."""
        return sigmoid(self.a * logits.astype(np.float64) + self.b)

    def to_json(self) -> dict[str, float]:
        """Return the two numbers by name."""
        return {"a": self.a, "b": self.b}

    @classmethod
    def from_json(cls, content: Any) -> Platt:
        """Read the two numbers; raises ReleaseError when one is missing or not finite."""
        try:
            scaling = cls(a=float(content["a"]), b=float(content["b"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ReleaseError(f"calibration.json: a scaling needs a and b ({error!r})") from error
        if not np.isfinite([scaling.a, scaling.b]).all():
            raise ReleaseError(f"calibration.json: {scaling} is not finite; calibrate again")
        return scaling


def default_pooling(label: str) -> Pooling:
    """Return how windows are pooled where a release does not say.

    One window is enough to advertise or insult; whether a claim is false is told by the whole.
    """
    return "mean" if label == RUMOUR else "max"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a release knows about turning logits into probabilities.

    `labels`: scaling by short label. `low_quality`: scaling of the noisy-or, None where a release
    has no sub-label. `priors`: the share of positives that each probability assumes, by short
    label and "low_quality". `window_pooling`: "max" or "mean" by short label. `windows`: lengths.
    """

    labels: Mapping[str, Platt]
    low_quality_scaling: Platt | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    window_pooling: Mapping[str, Pooling] = field(default_factory=dict)
    windows: WindowSettings = field(default_factory=WindowSettings)

    def probabilities(self, logits: NDArray[Any], names: Sequence[str]) -> Floats:
        """Return probabilities [n, labels] from pooled logits [n, labels] in the order of names.

        Raises ReleaseError for a label without a scaling.
        """
        if not names:
            return np.zeros(logits.shape)
        scalings = [self.scaling(name) for name in names]
        slopes = np.array([scaling.a for scaling in scalings])
        offsets = np.array([scaling.b for scaling in scalings])
        # All labels at once: a post alone would cost as many small steps as there are labels.
        return sigmoid(slopes * logits[:, : len(names)].astype(np.float64) + offsets)

    def low_quality(self, probabilities: Floats, names: Sequence[str]) -> Floats | None:
        """Return the probability [n] that any low-quality label holds, from [n, labels].

        None where the release has no such label or no scaling for it.
        """
        places = [place for place, name in enumerate(names) if name != RUMOUR]
        if self.low_quality_scaling is None or not places:
            return None
        return self.low_quality_scaling(logit(noisy_or(probabilities[:, places])))

    def scaling(self, label: str) -> Platt:
        """Return the scaling of a label; raises ReleaseError where there is none."""
        try:
            return self.labels[label]
        except KeyError:
            raise ReleaseError(
                f"calibration.json has no scaling for {label}; calibrate the release again"
            ) from None

    def pooling(self, label: str) -> Pooling:
        """Return how the windows of a long text are pooled for a label."""
        return self.window_pooling.get(label, default_pooling(label))

    def to_json(self) -> dict[str, Any]:
        """Return the content of calibration.json."""
        scaling = self.low_quality_scaling
        return {
            "labels": {name: platt.to_json() for name, platt in self.labels.items()},
            "low_quality": None if scaling is None else scaling.to_json(),
            "priors": dict(self.priors),
            "window_pooling": {name: self.pooling(name) for name in self.labels},
            "windows": self.windows.to_json(),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Calibration:
        """Read the content of calibration.json; raises ReleaseError saying what is wrong."""
        try:
            scaling = content["low_quality"]
            pooling = dict(content["window_pooling"])
            labels = {name: Platt.from_json(value) for name, value in content["labels"].items()}
            priors = {name: float(value) for name, value in content["priors"].items()}
            windows = WindowSettings.from_json(content["windows"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ReleaseError(
                f"calibration.json cannot be used ({error!r}); calibrate the release again"
            ) from error
        for name, way in pooling.items():
            if way not in ("max", "mean"):
                raise ReleaseError(
                    f"calibration.json: {name} is pooled by {way!r}; it must be max or mean"
                )
        return cls(
            labels=labels,
            low_quality_scaling=None if scaling is None else Platt.from_json(scaling),
            priors=priors,
            window_pooling=pooling,
            windows=windows,
        )


def identity(names: Sequence[str], windows: WindowSettings | None = None) -> Calibration:
    """Return the calibration of a model that has none yet: plain sigmoids."""
    return Calibration(
        labels={name: Platt() for name in names},
        low_quality_scaling=Platt(),
        windows=windows or WindowSettings(),
    )
