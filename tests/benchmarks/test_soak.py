"""Memory is called flat only where it is, and every kind of call is made."""

from __future__ import annotations

import random

import orjson
import pytest

from benchmarks.soak import SHARES, pick, slope_of


def memory(megabytes_an_hour: float, noise: float = 1.0) -> list[tuple[float, float]]:
    dice = random.Random(1)
    return [
        (second, 400 + megabytes_an_hour * second / 3600 + dice.gauss(0, noise))
        for second in range(600)
    ]


def test_a_leak_is_not_flat() -> None:
    slope = slope_of(memory(300))
    assert slope.middle == pytest.approx(300, rel=0.1)
    assert slope.low < slope.middle < slope.high
    assert not slope.flat


def test_noise_and_little_growth_are_flat() -> None:
    assert slope_of(memory(0)).flat
    assert slope_of(memory(20, noise=0.01)).flat


def test_the_time_it_takes_to_fill_up_does_not_count() -> None:
    filling = [(second, min(400.0, 250 + second)) for second in range(600)]
    assert slope_of([(float(at), value) for at, value in filling]).flat


def test_every_kind_of_call_is_made_and_can_be_sent() -> None:
    dice = random.Random(3)
    calls = [pick(dice, ["一", "二"] * 10, "an-id") for _ in range(500)]
    assert {kind for kind, *_ in calls} == set(SHARES)
    for kind, method, path, body, _ in calls:
        assert (method == "POST") == (path == "/score") == (body is not None)
        if body is not None and kind != "not JSON":
            assert orjson.loads(body)["items"]
