"""What a difference with its interval means for a candidate."""

from __future__ import annotations

import pytest

from training.evaluation.compare import Comparison
from training.gate.row import LITTLE, PASSES, WORSE, Row, compared, judge


@pytest.mark.parametrize(
    ("measure", "difference", "interval", "verdict"),
    [
        ("auc", 0.0, (0.0, 0.0), PASSES),
        ("auc", -0.005, (-0.019, 0.01), PASSES),  # a little worse at most
        ("auc", -0.01, (-0.012, -0.008), PASSES),  # surely worse, and less than the margin
        ("auc", 0.3, (0.1, 0.5), PASSES),
        ("auc", -0.05, (-0.08, -0.03), WORSE),
        ("auc", -0.03, (-0.05, 0.01), LITTLE),
        ("auc", 0.01, (-0.1, 0.12), LITTLE),
        ("auc", -0.015, (-0.03, -0.001), LITTLE),
        ("calibration_error", 0.05, (0.03, 0.08), WORSE),
        ("calibration_error", -0.05, (-0.08, -0.03), PASSES),
        ("calibration_error", 0.01, (-0.01, 0.03), LITTLE),
    ],
)
def test_a_difference_is_judged_by_its_interval_and_the_margin(
    measure: str, difference: float, interval: tuple[float, float], verdict: str
) -> None:
    assert judge(measure, difference, interval, 0.02) == verdict


@pytest.mark.parametrize(("posts", "verdict"), [(19, LITTLE), (20, PASSES)])
def test_few_posts_say_nothing_however_narrow_the_interval(posts: int, verdict: str) -> None:
    found = Comparison(0.9, 0.9, 0.0, (0.0, 0.0), posts, 500)
    assert compared("auc", "porn", found, 0.02).verdict == verdict


@pytest.mark.parametrize(
    ("verdict", "needed", "refuses"),
    [(PASSES, True, False), (LITTLE, True, True), (LITTLE, False, False), (WORSE, False, True)],
)
def test_what_refuses_a_candidate(verdict: str, needed: bool, refuses: bool) -> None:
    row = Row("auc", "porn", verdict, needed=needed)
    assert row.refuses == refuses
    assert row.to_json()["refuses"] == refuses
