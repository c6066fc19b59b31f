"""A candidate's calibration: the champion's stays, unless there is enough to say otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from data.schema import Example
from models.calibration import Calibration, Platt, logit, sigmoid
from tests.training.posts import post
from training.evaluation.scored import Scored
from training.retraining.calibrate import anchored, fit_candidate

CHAMPION = Calibration(
    labels={"rumour": Platt(1.1, -0.3), "abuse": Platt(0.9, 0.2)},
    low_quality_scaling=Platt(0.8, -0.5),
    priors={"rumour": 0.2, "abuse": 0.3, "low_quality": 0.3},
    window_pooling={"rumour": "mean", "abuse": "mean"},
)
NAMES = ["rumour", "abuse", "spoiler"]
OWN = {post("甲").source}


def posts_of(spoilers: int, abusive: int = 10) -> tuple[list[Example], np.ndarray, Scored]:
    """Posts, their logits [n, 3] and what the champion says of them."""
    chance = np.random.default_rng(3)
    examples = [post("甲", spoiler=int(place < spoilers)) for place in range(3 * spoilers)]
    examples += [post("乙", abuse=place % 2) for place in range(2 * abusive)]
    truth = np.asarray([e.labels.get("spoiler", 0) + e.labels.get("abuse", 0) for e in examples])
    logits = chance.normal(-3, 0.5, (len(examples), 3)).astype(np.float32)
    logits[:, 2] += 5 * np.asarray([e.labels.get("spoiler", 0) for e in examples])
    logits[:, 1] += 5 * np.asarray([e.labels.get("abuse", 0) for e in examples])
    moved = CHAMPION.probabilities(logits[:, :2] + 0.5, NAMES[:2])
    low_quality = np.where(truth > 0, 0.5, 0.05)
    return examples, logits, Scored(examples, tuple(NAMES[:2]), moved, low_quality)


def test_scores_that_moved_are_taken_back() -> None:
    before = np.random.default_rng(2).normal(-2, 2, 200)
    scaling = anchored(0.7 * before - 1.3, sigmoid(1.1 * before + 0.4))
    assert scaling is not None
    assert scaling(0.7 * before - 1.3) == pytest.approx(sigmoid(1.1 * before + 0.4))
    assert anchored(before, np.full(200, 0.3)) is None


def test_labels_with_few_posts_mean_what_the_champion_means() -> None:
    examples, logits, theirs = posts_of(30)
    found = fit_candidate(logits, examples, NAMES, CHAMPION, theirs, 100, OWN)
    assert found.fitted == ("spoiler",)
    for column, name in enumerate(("rumour", "abuse")):
        said = found.calibration.probabilities(logits, NAMES)[:, column]
        assert logit(said).mean() == pytest.approx(logit(theirs.scores_of(name)).mean())
    assert found.calibration.window_pooling == CHAMPION.window_pooling | {"spoiler": "max"}
    assert found.calibration.priors["spoiler"] == pytest.approx(1 / 3, abs=1e-3)
    assert found.calibration.priors["low_quality"] == 0.3


def test_the_new_label_means_what_it_says() -> None:
    examples, logits, theirs = posts_of(60)
    found = fit_candidate(logits, examples, NAMES, CHAMPION, theirs, 100, OWN)
    known = np.asarray(["spoiler" in example.labels for example in examples])
    said = found.calibration.probabilities(logits, NAMES)[known, 2]
    assert said.mean() == pytest.approx(1 / 3, abs=0.02)


def test_with_enough_evidence_a_label_is_fitted_anew() -> None:
    examples, logits, theirs = posts_of(30, abusive=40)
    found = fit_candidate(logits, examples, NAMES, CHAMPION, theirs, 40, OWN)
    assert found.fitted == ("abuse", "spoiler")
    assert found.calibration.labels["abuse"] != CHAMPION.labels["abuse"]


def test_rehearsed_posts_are_no_evidence() -> None:
    examples, logits, theirs = posts_of(30, abusive=40)
    found = fit_candidate(logits, examples, NAMES, CHAMPION, theirs, 40, {"elsewhere"})
    assert found.fitted == ("spoiler",)


def test_low_quality_says_yes_to_the_new_label_and_else_what_it_said() -> None:
    examples, logits, theirs = posts_of(60)
    found = fit_candidate(logits, examples, NAMES, CHAMPION, theirs, 100, OWN)
    said = found.calibration.low_quality(found.calibration.probabilities(logits, NAMES), NAMES)
    assert said is not None
    spoilers = np.asarray([example.labels.get("spoiler") == 1 for example in examples])
    quiet = np.asarray([not any(example.labels.values()) for example in examples])
    assert said[spoilers].mean() > 0.9
    assert said[quiet].mean() < 0.15


def test_without_a_new_label_low_quality_stays() -> None:
    examples, logits, theirs = posts_of(30)
    names = NAMES[:2]
    found = fit_candidate(logits[:, :2], examples, names, CHAMPION, theirs, 100, OWN)
    assert found.fitted == ()
    assert found.calibration.low_quality_scaling == CHAMPION.low_quality_scaling
    assert found.calibration.priors == CHAMPION.priors
