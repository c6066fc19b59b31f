"""Quotas: a bucket a minute, a count a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service.key.errors import OverQuota
from service.key.meter import Bucket, Meter


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.moment = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.moment + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def meter(clock: Clock, per_minute: int | None = None, per_day: int | None = None) -> Meter:
    return Meter(per_minute, per_day, clock=clock, now=clock.now)


def refused(meter: Meter, posts: int, counted: int = 0) -> OverQuota:
    with pytest.raises(OverQuota) as caught:
        meter.take(posts, counted=counted)
    return caught.value


def test_a_minute_lets_its_posts_through_and_no_more(clock: Clock) -> None:
    found = meter(clock, per_minute=60)
    for _ in range(60):
        found.take(1)
    assert refused(found, 1).retry_after == 1
    clock.seconds += 1
    found.take(1)
    refused(found, 1)


def test_the_wait_that_is_told_is_long_enough(clock: Clock) -> None:
    found = meter(clock, per_minute=7)
    found.take(7)
    for posts in (1, 3, 7):
        clock.seconds += refused(found, posts).retry_after
        found.take(posts)


def test_a_request_larger_than_a_minute_passes_when_it_is_full_and_is_paid_for(
    clock: Clock,
) -> None:
    found = meter(clock, per_minute=10)
    found.take(30)
    wait = refused(found, 1).retry_after
    assert 120 < wait <= 126
    clock.seconds += wait
    found.take(1)
    refused(found, 30)


def test_the_first_post_of_a_request_is_not_counted_twice(clock: Clock) -> None:
    found = meter(clock, per_minute=10, per_day=10)
    found.take(1)
    found.take(10, counted=1)
    assert found.day.posts == 10
    refused(found, 1)


def test_a_refusal_counts_nothing_more(clock: Clock) -> None:
    found = meter(clock, per_minute=100, per_day=10)
    found.take(1)
    refused(found, 11, counted=1)
    assert found.day.posts == 1
    found.take(10, counted=1)
    assert found.day.posts == 10


def test_a_day_ends_at_midnight_in_utc(clock: Clock) -> None:
    found = meter(clock, per_day=5)
    found.take(5)
    assert refused(found, 1).retry_after == 3600
    clock.seconds = 3600
    found.take(5)
    refused(found, 1)


def test_a_request_that_never_fits_a_day_is_told_so(clock: Clock) -> None:
    assert "divide" in refused(meter(clock, per_day=5), 6).detail


def test_what_other_processes_sent_counts(clock: Clock) -> None:
    found = meter(clock, per_day=10)
    found.take(2)
    found.day.read(clock.now().date(), 7)
    found.take(1)
    refused(found, 1)


def test_reading_and_writing_keep_the_sum(clock: Clock) -> None:
    day = meter(clock, per_day=100).day
    day.add(5)
    day.read(day.day, 20)
    assert day.posts == 25
    day.add(1)
    day.wrote(day.day, 5)
    assert (day.posts, day.stored, day.fresh) == (26, 25, 1)


def test_yesterday_is_not_read_into_today(clock: Clock) -> None:
    day = meter(clock, per_day=100).day
    day.read(date(2026, 11, 21), 50)
    assert day.posts == 0
    day.add(3)
    clock.seconds = 7200
    day.wrote(date(2026, 11, 22), 3)
    assert day.posts == 0


def test_no_quota_is_no_bound(clock: Clock) -> None:
    found = meter(clock)
    found.take(10**9)
    found.take(10**9)
    assert found.day.posts == 2 * 10**9


def test_a_bucket_never_holds_more_than_a_minute(clock: Clock) -> None:
    bucket = Bucket(10, clock)
    clock.seconds = 10_000
    assert bucket.wait_for(10) == 0
    bucket.add(10)
    assert bucket.wait_for(1) == 6
