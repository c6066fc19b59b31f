"""Counting posts against the quotas of a key.

A minute is a token bucket in memory, for each process by itself. A day (UTC) is counted in the
store for all processes together, with what this process has not yet written on top; processes see
each other's posts within seconds, and may together exceed the day by what is sent meanwhile.
Nothing here awaits, so requests that arrive together cannot pass between a look and its count.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from service.key.errors import OverQuota


class Bucket:
    """`per_minute` posts, refilled evenly; `clock` gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.capacity = per_minute
        self.clock = clock
        self._tokens = float(per_minute)
        self._at = clock()

    def wait_for(self, posts: int) -> int:
        """Return the seconds until `posts` may pass, 0 for now.

        A request with more posts than fit into the bucket passes when it is full, and the next
        one waits for as much longer.
        """
        now = self.clock()
        self._tokens = min(self.capacity, self._tokens + (now - self._at) * self.capacity / 60)
        self._at = now
        lacking = min(posts, self.capacity) - self._tokens
        # Rounding must not ask for a wait over nothing.
        return 0 if lacking < 1e-6 else math.ceil(lacking * 60 / self.capacity)

    def add(self, posts: int) -> None:
        """Take posts out, or with a negative number put them back."""
        self._tokens -= posts


class Day:
    """Posts of one key today: what the store has (`stored`), and what it has not yet (`fresh`)."""

    def __init__(self, today: Callable[[], date]) -> None:
        self.today = today
        self.day = today()
        self.stored = 0
        self.fresh = 0

    @property
    def posts(self) -> int:
        """All posts of today that are known here."""
        self._turn()
        return self.stored + self.fresh

    def add(self, posts: int) -> None:
        """Count posts, or with a negative number take them back."""
        self._turn()
        self.fresh += posts

    def read(self, day: date, posts: int) -> None:
        """Take over what the store has of a day."""
        self._turn()
        if day == self.day:
            self.stored = posts

    def wrote(self, day: date, posts: int) -> None:
        """Move posts to the stored ones."""
        if day == self.day:
            self.stored += posts
            self.fresh -= posts

    def _turn(self) -> None:
        if self.day != self.today():
            self.day, self.stored, self.fresh = self.today(), 0, 0


class Meter:
    """Both quotas of a key; None is no quota."""

    def __init__(
        self,
        per_minute: int | None,
        per_day: int | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.per_day = per_day
        self.now = now
        self.bucket = Bucket(per_minute, clock) if per_minute is not None else None
        self.day = Day(lambda: now().date())

    def take(self, posts: int, *, counted: int = 0) -> None:
        """Count `posts`, of which `counted` were counted before.

        Raises OverQuota, with the seconds to wait, and counts nothing more.
        """
        self._count(-counted)
        try:
            self._check_day(posts)
            self._check_minute(posts)
        except OverQuota:
            self._count(counted)
            raise
        self._count(posts)

    def _count(self, posts: int) -> None:
        self.day.add(posts)
        if self.bucket is not None:
            self.bucket.add(posts)

    def _check_minute(self, posts: int) -> None:
        if self.bucket is None or not (wait := self.bucket.wait_for(posts)):
            return
        raise OverQuota(
            f"This key may send {self.bucket.capacity:,} posts a minute. "
            f"Wait {wait} seconds, or ask whoever runs the service for a larger quota.",
            wait,
        )

    def _check_day(self, posts: int) -> None:
        if self.per_day is None or self.day.posts + posts <= self.per_day:
            return
        now = self.now()
        tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        detail = (
            f"This key may send {self.per_day:,} posts a day and has sent {self.day.posts:,} "
            f"today; {posts:,} more do not fit."
        )
        if posts > self.per_day:
            detail += " A single request with so many never will: divide it."
        raise OverQuota(
            f"{detail} The day ends at 00:00 UTC. Ask whoever runs the service for a larger quota.",
            max(1, math.ceil((tomorrow - now).total_seconds())),
        )
