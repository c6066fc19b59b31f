"""What `mingjian retrain` adds to a recipe."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RetrainSettings(BaseModel):
    """How own posts and rehearsed ones share the time.

    `own_epochs` and `rehearsal_epochs` are the most passes over either; less where the time is
    short. `rehearsed` posts are drawn from what is rehearsed. `held_out` is the share of a small
    corpus that is not trained on. A label the champion judges is calibrated anew where `evidence`
    calibration posts of each class are known. `reserve` is the share of the minutes that is kept
    for what follows fine-tuning. With `silence_is_no` a rehearsed post counts as one without a new
    label.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_epochs: float = Field(6.0, gt=0)
    rehearsal_epochs: float = Field(2.0, ge=0)
    rehearsed: int = Field(2_000, ge=0)
    held_out: float = Field(0.3, gt=0, le=0.5)
    evidence: int = Field(100, ge=1)
    reserve: float = Field(0.3, ge=0, lt=1)
    silence_is_no: bool = True
