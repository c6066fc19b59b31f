"""The calibration that is fitted: recovers what is known, and never turns an order around."""

from __future__ import annotations

import numpy as np
import pytest

from data.schema import Example
from models.calibration import Platt, sigmoid
from models.windows import WindowSettings
from tests.training.posts import post
from training.calibrate import LOW_QUALITY_PRIOR, choose_pooling, fit_calibration, fit_platt

WINDOWS = WindowSettings(48, 8)


def drawn(
    slope: float, offset: float, count: int = 30_000, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return logits and truth of a model whose true scaling is known."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=count) * 3
    truth = rng.random(count) < sigmoid(slope * logits + offset)
    return logits, truth.astype(np.float32)


@pytest.mark.parametrize(("slope", "offset"), [(0.4, -1.0), (1.0, 0.0), (2.5, 1.5)])
def test_a_known_scaling_is_recovered(slope: float, offset: float) -> None:
    found = fit_platt(*drawn(slope, offset))
    assert found.a == pytest.approx(slope, rel=0.05)
    assert found.b == pytest.approx(offset, abs=0.1)


def test_a_prior_reweights_the_classes() -> None:
    logits, truth = drawn(0.8, -2.0)
    share = float(truth.mean())
    found = fit_platt(logits, truth, 0.5)
    assert found.a == pytest.approx(0.8, rel=0.08)
    assert found.b == pytest.approx(-2.0 + np.log((1 - share) / share), abs=0.15)
    weights = np.where(truth == 1, 0.5 / share, 0.5 / (1 - share))
    assert np.average(found(logits), weights=weights) == pytest.approx(0.5, abs=0.01)


def test_the_order_is_never_turned_around() -> None:
    logits, truth = drawn(1.0, 0.0, 500)
    assert fit_platt(logits, 1 - truth) == Platt()
    rng = np.random.default_rng(2)
    for _ in range(20):
        by_chance = (rng.random(40) < 0.5).astype(np.float32)
        assert fit_platt(rng.normal(size=40), by_chance).a > 0


def test_unknown_posts_take_no_part() -> None:
    logits, truth = drawn(0.7, 0.3, 1_000)
    more = np.concatenate([logits, np.full(500, 50.0)])
    unknown = np.concatenate([truth, np.full(500, -1.0)]).astype(np.float32)
    assert fit_platt(more, unknown, 0.3) == fit_platt(logits, truth, 0.3)


@pytest.mark.parametrize("truth", [[1, 1], [0, 0], [-1, -1], [-1, 1]])
def test_one_class_alone_changes_nothing(truth: list[int]) -> None:
    assert fit_platt(np.asarray([1.0, 2.0]), np.asarray(truth, np.float32)) == Platt()


def test_a_few_posts_scale_nothing_to_certainty() -> None:
    found = fit_platt(np.asarray([-1.0] * 6 + [1.0] * 6), np.repeat([0, 1], 6).astype(np.float32))
    assert found(np.asarray([1.0]))[0] < 0.95


def long_posts(count: int) -> tuple[list[np.ndarray], list[Example]]:
    """Rumour shows in one window of three, abuse in the mean; the other measure misleads."""
    rng = np.random.default_rng(1)
    windows, examples = [], []
    for place in range(count):
        holds = place % 2
        rumour = [4.0, -3.0, -3.0] if holds else [1.0, 1.0, 1.0]
        abuse = [1.0, 1.0, 1.0] if holds else [4.0, -3.0, -3.0]
        logits = np.stack([rumour, abuse], axis=1) + rng.normal(size=(3, 2)) * 0.1
        windows.append(logits.astype(np.float32))
        examples.append(post(rumour=holds, abuse=holds))
    return windows, examples


def test_pooling_is_the_way_that_tells_long_posts_apart() -> None:
    windows, examples = long_posts(60)
    # Posts of one window say nothing about pooling, however many.
    windows += [np.asarray([[9.0, -9.0]], np.float32)] * 50
    examples += [post(rumour=0, abuse=1) for _ in range(50)]
    found = choose_pooling(windows, examples, ("rumour", "abuse"))
    assert found == {"rumour": "max", "abuse": "mean"}


def test_with_few_long_posts_pooling_stays_as_it_was() -> None:
    found = choose_pooling(*long_posts(38), ("rumour", "abuse", "fraud"))
    assert found == {"rumour": "mean", "abuse": "max", "fraud": "max"}


def corpus() -> tuple[np.ndarray, list[Example]]:
    rng = np.random.default_rng(3)
    truth = (rng.random((3_000, 3)) < [0.4, 0.2, 0.1]).astype(int)
    logits = ((truth * 2 - 1) * 1.5 + rng.normal(size=truth.shape) * 2).astype(np.float32)
    examples = [
        post(source="sample", rumour=int(r), abuse=int(a), fraud=int(f)) for r, a, f in truth
    ]
    return logits, examples


def test_a_release_gets_a_scaling_a_label_and_one_for_the_whole() -> None:
    logits, examples = corpus()
    names = ("rumour", "abuse", "fraud")
    found = fit_calibration(logits, examples, names, {"abuse": "mean"}, WINDOWS)
    assert set(found.labels) == set(names)
    assert found.windows == WINDOWS
    assert found.pooling("abuse") == "mean"
    probabilities = found.probabilities(logits, names)
    for column, name in enumerate(names):
        share = np.mean([example.labels[name] for example in examples])
        assert found.priors[name] == pytest.approx(share, abs=1e-4)
        assert probabilities[:, column].mean() == pytest.approx(share, abs=0.01)
    assert found.priors["low_quality"] == LOW_QUALITY_PRIOR
    whole = found.low_quality(probabilities, names)
    assert whole is not None
    holds = np.asarray([e.labels["abuse"] or e.labels["fraud"] for e in examples]) == 1
    balanced = np.where(holds, 0.3 / holds.mean(), 0.7 / (1 - holds.mean()))
    assert np.average(whole, weights=balanced) == pytest.approx(0.3, abs=0.02)
    assert whole[holds].mean() > whole[~holds].mean() + 0.2


def test_rumour_alone_has_no_low_quality() -> None:
    logits, examples = corpus()
    found = fit_calibration(logits[:, :1], examples, ("rumour",), {}, WINDOWS)
    assert found.low_quality_scaling is None
    assert set(found.priors) == {"rumour"}
