"""How fast the service gets work done, measured from end to end, and what follows for who waits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

# How far back the measure reaches, in seconds of work.
MEMORY_S = 10.0
# Padded tokens a second assumed before anything has been measured, as if seen for a second.
FIRST_GUESS, GUESSED_S = 10_000.0, 1.0
# A post of a hundred characters has some seventy tokens, padded to eighty.
FIRST_TOKENS_A_CHARACTER = 1.0
LEARN = 0.05


class Pace:
    """Padded tokens a second that leave the service while it has work.

    Everything from admission to the recorded answer counts, so the figure is what a caller gets,
    wherever the bottleneck is. Older work fades with a time constant of MEMORY_S.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = FIRST_GUESS * GUESSED_S
        self._seconds = GUESSED_S
        self._working = 0
        self._since = 0.0
        self._tokens_a_character = FIRST_TOKENS_A_CHARACTER

    @property
    def tokens_per_second(self) -> float:
        """The measure; never zero."""
        return max(1.0, self._tokens / self._seconds)

    def begin(self) -> None:
        """Note that a request is worked on."""
        if self._working == 0:
            self._since = self._clock()
        self._working += 1

    def end(self, tokens: int) -> None:
        """Note that a request is done, and how many padded tokens it was."""
        now = self._clock()
        spent, self._since = now - self._since, now
        self._working -= 1
        fade = math.exp(-spent / MEMORY_S)
        self._tokens = self._tokens * fade + tokens
        self._seconds = self._seconds * fade + spent

    def seconds(self, tokens: float) -> float:
        """Return how long tokens take."""
        return tokens / self.tokens_per_second

    def estimate(self, characters: int) -> int:
        """Return the padded tokens that posts of so many characters will have, at least one."""
        return max(1, round(characters * self._tokens_a_character))

    def learn(self, characters: int, tokens: int) -> None:
        """Correct the estimate by what posts turned out to have."""
        if characters:
            self._tokens_a_character += LEARN * (tokens / characters - self._tokens_a_character)
