"""Thresholds of a release: from which score on a label is flagged, and what that promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score is flagged when it is at least `value`.

    `sentence`: the wish it was born from ("most recall at precision ≥ 0.9"). `precision` and
    `recall` were measured on held-out clusters, with 95 % intervals; `positives` and `negatives`
    are the held-out rows behind them. None where nothing could be measured.
    """

    value: float
    sentence: str
    precision: float | None
    recall: float | None
    precision_interval: Bounds | None
    recall_interval: Bounds | None
    positives: int
    negatives: int

    def to_json(self) -> dict[str, Any]:
        """Return the threshold as it is kept in thresholds.json and answered by the API."""
        return {
            "value": self.value,
            "sentence": self.sentence,
            "precision": self.precision,
            "recall": self.recall,
            "interval": {"precision": self.precision_interval, "recall": self.recall_interval},
            "support": {"positives": self.positives, "negatives": self.negatives},
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Threshold:
        """Read a threshold; raises ReleaseError saying what is wrong."""
        try:
            threshold = cls(
                value=float(content["value"]),
                sentence=str(content["sentence"]),
                precision=_share(content["precision"]),
                recall=_share(content["recall"]),
                precision_interval=_bounds(content["interval"]["precision"]),
                recall_interval=_bounds(content["interval"]["recall"]),
                positives=int(content["support"]["positives"]),
                negatives=int(content["support"]["negatives"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ReleaseError(
                f"thresholds.json holds a threshold that cannot be used ({error!r}); "
                "evaluate the release again"
            ) from error
        if not 0.0 <= threshold.value <= 1.0:
            raise ReleaseError(
                f"thresholds.json: {threshold.value} is not a probability; evaluate again"
            )
        return threshold


def thresholds_to_json(thresholds: Mapping[str, Threshold]) -> dict[str, Any]:
    """Return the content of thresholds.json: threshold by short label."""
    return {name: threshold.to_json() for name, threshold in thresholds.items()}


def thresholds_from_json(content: Mapping[str, Any]) -> dict[str, Threshold]:
    """Read the content of thresholds.json; raises ReleaseError as `Threshold.from_json`."""
    return {name: Threshold.from_json(value) for name, value in content.items()}


def _share(value: Any) -> float | None:
    return None if value is None else float(value)


def _bounds(value: Any) -> Bounds | None:
    if value is None:
        return None
    low, high = value
    return float(low), float(high)
