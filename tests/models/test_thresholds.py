"""Thresholds keep the sentence they were born from."""

from __future__ import annotations

import pytest

from models.errors import ReleaseError
from models.thresholds import Threshold, thresholds_from_json, thresholds_to_json

RUMOUR = Threshold(
    value=0.8,
    sentence="most recall at precision ≥ 0.9",
    precision=0.91,
    recall=0.6,
    precision_interval=(0.88, 0.94),
    recall_interval=(0.55, 0.65),
    positives=210,
    negatives=1_900,
)
UNMEASURED = Threshold(0.5, "no held-out data", None, None, None, None, 0, 0)


def test_thresholds_survive_json() -> None:
    thresholds = {"rumour": RUMOUR, "porn": UNMEASURED}
    assert thresholds_from_json(thresholds_to_json(thresholds)) == thresholds


def test_the_wire_form_is_nested() -> None:
    content = RUMOUR.to_json()
    assert content["interval"] == {"precision": (0.88, 0.94), "recall": (0.55, 0.65)}
    assert content["support"] == {"positives": 210, "negatives": 1_900}


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 1.5},
        {"value": None},
        {"interval": {}},
        {"support": 3},
        {"interval": {"precision": [1]}},
    ],
)
def test_a_broken_threshold_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ReleaseError, match=r"thresholds\.json"):
        Threshold.from_json({**RUMOUR.to_json(), **changes})
