"""What the gate allows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """Margins are differences that are taken for none, in the unit of the measure.

    `new_auc` is the least a label must reach that the champion does not judge, `new_calibration`
    the largest error of its probabilities. `parity` is the largest difference between exported and
    trained scores, `size` in bytes, `speed` the least share of the champion's posts a second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    auc: float = Field(0.02, gt=0)
    f1: float = Field(0.05, gt=0)
    calibration: float = Field(0.03, gt=0)
    false_alarms: float = Field(0.02, gt=0)
    disguised: float = Field(0.03, gt=0)
    new_auc: float = Field(0.75, gt=0.5, lt=1)
    new_calibration: float = Field(0.12, gt=0, lt=1)
    parity: float = Field(0.01, gt=0)
    size: int = Field(140_000_000, gt=0)
    speed: float = Field(0.8, gt=0)
