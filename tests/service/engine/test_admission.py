"""Requests are let in while they can be answered in time, and refused before any work."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from service.engine.admission import Gate
from service.engine.pace import FIRST_GUESS, Pace
from service.errors import Overloaded


@dataclass
class Queue:
    waiting_tokens: int = 0
    reading_tokens: int = 0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def gate(
    queue: Queue, pace: Pace | None = None, *, room: int = 10**9, patience_s: float = 10
) -> Gate:
    return Gate(queue, pace or Pace(), queue_tokens=room, patience_s=patience_s)


def test_an_empty_queue_takes_anything() -> None:
    one = gate(Queue(), room=512)
    with one.admit(10**6):
        assert one.reserved == 10**6
        with pytest.raises(Overloaded):
            one.admit(1)
    assert one.reserved == 0
    one.admit(1)


def test_what_cannot_be_answered_in_time_is_refused() -> None:
    # Half of ten seconds of work may lie before a request.
    limit = FIRST_GUESS * 10 / 2
    one = gate(Queue(reading_tokens=int(limit) - 100))
    one.admit(50)
    with pytest.raises(Overloaded) as caught:
        one.admit(100 + int(3 * FIRST_GUESS))
    # Fifty tokens and three seconds of work are too much.
    assert caught.value.retry_after == 4


def test_a_reservation_lasts_until_the_rows_are_queued() -> None:
    queue = Queue()
    one = gate(queue, room=1000)
    with one.admit(900) as admission:
        with pytest.raises(Overloaded):
            one.admit(200)
        queue.waiting_tokens = queue.reading_tokens = 300
        admission.queued(300)
        assert one.reserved == 0
        one.admit(200)


def test_the_pace_is_what_gets_done_while_there_is_work() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.tokens_per_second == FIRST_GUESS
    for _ in range(100):
        with gate(Queue(), pace).admit(1000) as admission:
            admission.queued(2000)
            clock.now += 1
        # Nothing to do counts for nothing.
        clock.now += 1000
    assert pace.tokens_per_second == pytest.approx(2000, rel=0.01)
    assert pace.seconds(4000) == pytest.approx(2, rel=0.01)


def test_what_is_given_up_takes_time_and_does_nothing() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(100):
        admission = gate(Queue(), pace).admit(1000)
        admission.__enter__()
        clock.now += 1
        admission.__exit__(TimeoutError, None, None)
    assert pace.tokens_per_second == 1


def test_tokens_are_estimated_from_characters() -> None:
    pace = Pace()
    for _ in range(200):
        with gate(Queue(), pace).admit(100) as admission:
            admission.queued(70)
    assert pace.estimate(1000) == pytest.approx(700, rel=0.01)
    assert pace.estimate(0) == 1
