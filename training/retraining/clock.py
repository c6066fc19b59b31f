"""The time a retraining may take, from the moment it begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from transformers import TrainerCallback


@dataclass(frozen=True, slots=True)
class Clock:
    """`seconds` in all, of which the share `reserve` is kept for what follows fine-tuning."""

    seconds: float
    reserve: float
    started: float = field(default_factory=monotonic)

    @property
    def finetuning_ends(self) -> float:
        """When fine-tuning must have ended, on the clock of `monotonic`."""
        return self.started + self.seconds * (1 - self.reserve)

    @property
    def left(self) -> float:
        """Seconds left for fine-tuning; 0 when there are none."""
        return max(0.0, self.finetuning_ends - monotonic())

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return monotonic() - self.started


class Deadline(TrainerCallback):
    """Ends fine-tuning when its time is over, should the machine be slower than was measured."""

    def __init__(self, clock: Clock) -> None:
        self.share_done = 1.0
        self._clock = clock

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Stop after this step when the time is over; one step is always taken."""
        self.share_done = state.global_step / max(state.max_steps, 1)
        if self._clock.left == 0:
            control.should_training_stop = True
