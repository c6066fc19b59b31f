"""Calibration is plain arithmetic: checked against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.calibration import Calibration, Platt, identity, logit, noisy_or, sigmoid
from models.errors import ReleaseError
from models.windows import WindowSettings

NAMES = ("rumour", "ad_spam", "fraud")
FULL = Calibration(
    labels={"rumour": Platt(2.0, -1.0), "ad_spam": Platt(0.5, 0.0), "fraud": Platt()},
    low_quality_scaling=Platt(0.8, -0.3),
    priors={"rumour": 0.1, "low_quality": 0.2},
    window_pooling={"rumour": "mean", "ad_spam": "mean", "fraud": "max"},
    windows=WindowSettings(length=96, overlap=24),
)


def test_platt_scales_and_shifts_the_logit() -> None:
    found = FULL.probabilities(np.array([[1.5, 2.0, 0.0]], dtype=np.float32), NAMES)
    expected = [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1)), 0.5]
    np.testing.assert_allclose(found[0], expected, rtol=1e-9)


def test_labels_are_scaled_each_by_its_own_numbers() -> None:
    names = ("rumour", "abuse", "porn")
    scalings = {name: Platt(1 + 0.3 * n, 0.1 - n) for n, name in enumerate(names)}
    logits = np.array([[0.4, -7.0, 2.0], [30.0, 0.0, -1.5]], np.float32)
    found = Calibration(scalings).probabilities(logits, names)
    for place, name in enumerate(names):
        assert (found[:, place] == scalings[name](logits[:, place])).all()
    assert Calibration(scalings).probabilities(logits, ()).shape == logits.shape


def test_low_quality_is_the_scaled_noisy_or_without_rumour() -> None:
    probabilities = np.array([[0.99, 0.2, 0.5], [0.01, 0.2, 0.5]])
    either = 1 - 0.8 * 0.5
    expected = 1 / (1 + math.exp(-(0.8 * math.log(either / (1 - either)) - 0.3)))
    found = FULL.low_quality(probabilities, NAMES)
    assert found is not None
    np.testing.assert_allclose(found, [expected, expected], rtol=1e-9)


def test_low_quality_is_unknown_without_its_labels() -> None:
    assert FULL.low_quality(np.array([[0.5]]), ("rumour",)) is None
    assert Calibration(labels={}).low_quality(np.array([[0.5]]), ("fraud",)) is None


def test_extreme_values_stay_finite() -> None:
    assert sigmoid(np.array([-1e6, 1e6])).tolist() == [0.0, 1.0]
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()
    assert noisy_or(np.array([[0.0, 0.0], [1.0, 0.3]])).tolist() == [0.0, 1.0]


def test_a_calibration_survives_json() -> None:
    assert Calibration.from_json(FULL.to_json()) == FULL


def test_pooling_defaults_to_mean_for_rumour_and_max_for_the_rest() -> None:
    plain = identity(NAMES)
    assert [plain.pooling(name) for name in NAMES] == ["mean", "max", "max"]


def test_a_missing_scaling_is_refused() -> None:
    with pytest.raises(ReleaseError, match="no scaling for porn"):
        FULL.probabilities(np.zeros((1, 1)), ("porn",))


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": {"rumour": {"a": 1}}},
        {"labels": {"rumour": {"a": "nan", "b": 0}}},
        {"labels": []},
        {"window_pooling": {"rumour": "median"}},
        {"windows": {}},
        {"priors": None},
        {"low_quality": {"a": 1}},
    ],
)
def test_a_broken_calibration_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ReleaseError, match=r"calibration\.json|windows"):
        Calibration.from_json({**FULL.to_json(), **changes})


def test_a_calibration_with_a_missing_part_is_refused() -> None:
    for key in FULL.to_json():
        rest = {name: value for name, value in FULL.to_json().items() if name != key}
        with pytest.raises(ReleaseError):
            Calibration.from_json(rest)
