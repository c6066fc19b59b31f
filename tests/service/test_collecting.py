"""What a served release consists of is not looked at by the collector of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.collecting import YOUNG, collect_rarely, spare_what_stays
from service.settings import Settings
from service.state import State
from tests.service.conftest import wait_until


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    kept = gc.get_threshold()
    yield
    gc.set_threshold(*kept)
    gc.unfreeze()


def test_young_objects_are_looked_at_less_often_and_old_ones_in_step() -> None:
    _, *older = gc.get_threshold()
    collect_rarely()
    assert gc.get_threshold() == (YOUNG, *older)


def test_what_stays_is_spared_and_counted_once() -> None:
    spare_what_stays()
    first = gc.get_freeze_count()
    assert first > 10_000
    spare_what_stays()
    assert gc.get_freeze_count() < 1.1 * first


def test_a_service_tells_when_it_has_settled(settings: Settings) -> None:
    app = create_app(settings)
    state: State = app.state.mingjian
    told: list[bool] = []
    state.on_settled = lambda: told.append(state.ready)
    with TestClient(app):
        wait_until(lambda: told == [True])
