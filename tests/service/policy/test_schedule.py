"""When a schedule holds: by the wall clock, through midnight and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy.schedule import Hours

EVERY_DAY = frozenset(range(7))
SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-11-22T21:59:59.999999", False),
        ("2026-11-22T22:00:00", True),
        ("2026-11-23T00:00:00", True),
        ("2026-11-23T06:59:59", True),
        ("2026-11-23T07:00:00", False),
    ],
)
def test_over_midnight(moment: str, holds: bool) -> None:
    assert Hours(time(22), time(7), SHANGHAI, EVERY_DAY).hold(at(moment)) == holds


def test_the_day_is_the_one_it_begins_on() -> None:
    friday_night = Hours(time(22), time(7), SHANGHAI, frozenset({4}))
    assert friday_night.hold(at("2026-11-20T23:00"))  # Friday
    assert friday_night.hold(at("2026-11-21T06:00"))  # Saturday morning belongs to it
    assert not friday_night.hold(at("2026-11-21T23:00"))
    assert not friday_night.hold(at("2026-11-20T06:00"))


def test_until_midnight_and_a_whole_day() -> None:
    evening = Hours(time(22), time(0), SHANGHAI, frozenset({4}))
    assert evening.hold(at("2026-11-20T23:59:59"))
    assert not evening.hold(at("2026-11-21T00:00"))
    saturday = Hours(time(0), time(0), SHANGHAI, frozenset({5}))
    assert saturday.hold(at("2026-11-21T00:00"))
    assert saturday.hold(at("2026-11-21T23:59:59"))
    assert not saturday.hold(at("2026-11-22T00:00"))


def test_times_of_other_zones_are_understood() -> None:
    hours = Hours(time(22), time(7), SHANGHAI, EVERY_DAY)
    assert hours.hold(datetime(2026, 11, 22, 14, 0, tzinfo=UTC))
    assert not hours.hold(datetime(2026, 11, 22, 13, 59, tzinfo=UTC))


def test_an_hour_the_clock_skips() -> None:
    # New York, 8 March 2026: 01:59 EST is followed by 03:00 EDT.
    hours = Hours(time(2, 30), time(5), NEW_YORK, EVERY_DAY)
    assert not hours.hold(datetime(2026, 3, 8, 6, 59, tzinfo=UTC))
    assert hours.hold(datetime(2026, 3, 8, 7, 0, tzinfo=UTC))
    assert not hours.hold(datetime(2026, 3, 8, 9, 0, tzinfo=UTC))


def test_an_hour_the_clock_shows_twice() -> None:
    # New York, 1 November 2026: 01:59 EDT is followed by 01:00 EST.
    hours = Hours(time(1, 30), time(5), NEW_YORK, EVERY_DAY)
    assert not hours.hold(datetime(2026, 11, 1, 5, 29, tzinfo=UTC))
    assert hours.hold(datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
    assert hours.hold(datetime(2026, 11, 1, 6, 10, tzinfo=UTC))  # 01:10 for the second time
    ending = Hours(time(0), time(1, 30), NEW_YORK, EVERY_DAY)
    assert not ending.hold(datetime(2026, 11, 1, 6, 10, tzinfo=UTC))


CLOCK = st.times().map(lambda t: t.replace(microsecond=0))


@settings(max_examples=300, deadline=None)
@given(
    CLOCK,
    CLOCK,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2050-01-01")),
)
def test_where_clocks_never_change_it_is_plain_comparison(
    begin: time, end: time, days: frozenset[int], moment: datetime
) -> None:
    local = moment.replace(tzinfo=ZoneInfo(SHANGHAI))
    clock, today = local.time(), local.weekday()
    if begin < end:
        expected = begin <= clock < end and today in days
    else:
        yesterday = (today - 1) % 7
        expected = (clock >= begin and today in days) or (clock < end and yesterday in days)
    assert Hours(begin, end, SHANGHAI, days).hold(local) == expected


@settings(max_examples=60, deadline=None)
@given(
    CLOCK,
    CLOCK,
    st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", SHANGHAI]),
    st.sampled_from(["03-08", "03-29", "07-01", "10-04", "10-25", "11-01"]),
)
def test_each_day_has_one_span_even_where_clocks_change(
    begin: time, end: time, zone: str, date: str
) -> None:
    day = datetime.fromisoformat(f"2026-{date}")
    hours = Hours(begin, end, zone, frozenset({day.weekday()}))
    first = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=1)
    held = [hours.hold(first + timedelta(minutes=5 * n)) for n in range(12 * 51)]
    changes = sum(a != b for a, b in pairwise(held))
    assert not held[0]
    assert changes in (0, 2)  # on once and off once; 0 for a span below five minutes
