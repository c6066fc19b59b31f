"""Ids sort by time, and within one process by the order they were made in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.identifiers import first_id, new_id


def test_ids_of_one_process_sort_as_they_were_made() -> None:
    made = [new_id() for _ in range(2_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(len(one) == 26 for one in made)


def test_the_first_id_of_a_moment_lies_between_what_came_before_and_after() -> None:
    now = datetime.now(UTC)
    assert first_id(now - timedelta(seconds=1)) < new_id() < first_id(now + timedelta(hours=1))
