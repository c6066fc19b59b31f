"""Thresholds, flags and the suggestion."""

from __future__ import annotations

import pytest

from models.scorer import Score
from service.decide import Policy, decide

POLICY = Policy("default", "1", {"rumour": 0.8, "abuse": 0.123457})


@pytest.mark.parametrize(
    ("rumour", "abuse", "flags", "suggestion"),
    [
        (0.1, 0.1, [False, False], "pass"),
        (0.8, 0.1, [True, False], "review"),
        (0.7999999, 0.0, [True, False], "review"),  # answered as 0.8
        (0.799999, 0.0, [False, False], "pass"),
        (0.0, 0.1234567, [False, True], "review"),
        (1.0, 1.0, [True, True], "review"),
    ],
)
def test_flags(rumour: float, abuse: float, flags: list[bool], suggestion: str) -> None:
    decision = decide(Score({"rumour": rumour, "abuse": abuse}, None), POLICY)
    assert [label.flagged for label in decision.labels] == flags
    assert decision.suggestion == suggestion
