"""Who is let in: what cannot be answered before its deadline is refused before any work is done.

An admitted request holds a reservation of estimated tokens until its rows stand in the queue, so
that requests which are still being prepared count as well.
"""

from __future__ import annotations

import math
from types import TracebackType
from typing import Protocol

from service.engine.pace import Pace
from service.errors import Overloaded

LONGEST_RETRY_S = 60
# Half of the rows of a round belong to the oldest request (service.engine.lane), so whoever is
# let in with half of the time to spare is answered in time, whoever comes later.
SHARE = 0.5


class Waiting(Protocol):
    """What is before the model."""

    @property
    def waiting_tokens(self) -> int:
        """Padded tokens that wait in the lane of scoring."""

    @property
    def reading_tokens(self) -> int:
        """Padded tokens that wait in any lane or are being read."""


class Gate:
    """Lets requests in while they can be answered within `patience_s` seconds.

    At most `queue_tokens` may wait; a request that finds nothing before it is always taken.
    """

    def __init__(
        self, waiting: Waiting, pace: Pace, *, queue_tokens: int, patience_s: float
    ) -> None:
        self._waiting = waiting
        self._pace = pace
        self._queue_tokens = queue_tokens
        self._patience_s = patience_s
        self.reserved = 0

    @property
    def ahead(self) -> int:
        """Padded tokens that a new request finds before it."""
        return self.reserved + self._waiting.reading_tokens

    def admit(self, characters: int) -> Admission:
        """Reserve room for posts of so many characters; raises Overloaded without any."""
        tokens = self._pace.estimate(characters)
        excess = self._excess(tokens)
        if excess > 0:
            raise Overloaded(self._retry_after(excess))
        self.reserved += tokens
        return Admission(self, self._pace, characters, tokens)

    def refusal(self) -> Overloaded | None:
        """Return the refusal that the smallest request would get now, None if it were let in."""
        excess = self._excess(1)
        return Overloaded(self._retry_after(excess)) if excess > 0 else None

    def retry_after(self) -> int:
        """Return in how many seconds what is before the model now will be done."""
        return self._retry_after(self.ahead)

    def _excess(self, tokens: int) -> float:
        """Return how many tokens there are too many for `tokens` more."""
        if not self.ahead:
            return 0.0
        waiting = self.reserved + self._waiting.waiting_tokens
        in_time = self._pace.tokens_per_second * self._patience_s * SHARE
        return max(waiting + tokens - self._queue_tokens, self.ahead + tokens - in_time)

    def _retry_after(self, tokens: float) -> int:
        return min(LONGEST_RETRY_S, max(1, math.ceil(self._pace.seconds(tokens))))


class Admission:
    """One request that was let in; use it as a context, which ends with the recorded answer."""

    def __init__(self, gate: Gate, pace: Pace, characters: int, tokens: int) -> None:
        self._gate = gate
        self._pace = pace
        self._characters = characters
        self._reserved = tokens
        self._tokens = tokens

    def queued(self, tokens: int) -> None:
        """Give the reservation back: `tokens` are now before the model, or known already."""
        self._pace.learn(self._characters, tokens)
        self._tokens = tokens
        self._release()

    def _release(self) -> None:
        self._gate.reserved -= self._reserved
        self._reserved = 0

    def __enter__(self) -> Admission:
        self._pace.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._release()
        # What failed or was left has taken time and done nothing.
        self._pace.end(0 if kind else self._tokens)
