"""When a schedule holds: by the clock on the wall, through midnight and through clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class Hours:
    """A span of the day on some weekdays (Monday is 0), each named by the day it begins on.

    Where `begin` and `end` are the same the span is a whole day.
    """

    def __init__(self, begin: time, end: time, timezone: str, weekdays: frozenset[int]) -> None:
        self.begin = begin
        self.end = end
        self.zone = ZoneInfo(timezone)
        self.weekdays = weekdays

    def hold(self, at: datetime) -> bool:
        """Tell whether `at`, a time with its offset, lies in one of the spans."""
        local = at.astimezone(self.zone)
        today = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return any(self._holds(local, midnight) for midnight in (today, today - DAY))

    def _holds(self, local: datetime, midnight: datetime) -> bool:
        if midnight.weekday() not in self.weekdays:
            return False
        last = midnight if self.end > self.begin else midnight + DAY
        return self._reached(local, midnight, self.begin) and not self._reached(
            local, last, self.end
        )

    def _reached(self, local: datetime, midnight: datetime, moment: time) -> bool:
        """Tell whether a moment of a day has come; once it has, it stays so.

        An hour that the clock skips has come as soon as the clock is past it. Of an hour that it
        shows twice, the first counts.
        """
        wall = datetime.combine(midnight, moment)
        if local.replace(tzinfo=None, fold=0) >= wall:
            return True
        return local.astimezone(UTC) >= wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
