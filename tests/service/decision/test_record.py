"""What is kept: the strictest of all that is asked for."""

from __future__ import annotations

import pytest

from service.decision.record import StoreMode, Versions, strictest
from tests.service.decision.made import VERSIONS


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ((), "text"),
        ((None, None, None), "text"),
        (("text", None), "text"),
        ((None, "fingerprint", "text"), "fingerprint"),
        (("none", "fingerprint", "text"), "none"),
        (("fingerprint", "text", "none"), "none"),
    ],
)
def test_nobody_loosens_what_another_asked_for(
    asked: tuple[StoreMode | None, ...], kept: StoreMode
) -> None:
    assert strictest(*asked) == kept


def test_versions_of_another_mingjian_can_be_read() -> None:
    stored = {**VERSIONS.to_json(), "unknown": "x"}
    del stored["debunks"]
    found = Versions.from_json(stored)
    assert (found.release, found.debunks) == (VERSIONS.release, None)
    assert Versions.from_json(VERSIONS.to_json()) == VERSIONS
