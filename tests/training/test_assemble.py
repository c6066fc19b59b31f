"""What a release says of itself is what it does."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from data.prepare import load_split
from data.split import CALIBRATION, TEST, TRAIN
from models.calibration import Calibration
from models.golden import read_golden
from models.jsonfile import read_object
from models.layout import Layout
from models.manifest import verify_manifest
from models.release import Release
from models.scorer import Scorer
from training.choose import LEAST_PRECISION, SENTENCE
from training.evaluation.evaluate import evaluate
from training.evaluation.scored import Scored, score_examples
from training.run import Run
from training.truth import label_matrix


@pytest.fixture(scope="module")
def scorer(trained: Run) -> Scorer:
    return Scorer.open(trained.release)


@pytest.fixture(scope="module")
def scored(scorer: Scorer, trained: Run) -> Scored:
    return score_examples(scorer, load_split(trained.prepared, TEST))


def test_a_release_is_complete(trained: Run, scorer: Scorer) -> None:
    manifest = verify_manifest(trained.release)
    layout = Layout(trained.release)
    assert all(path.is_file() for path in layout.content)
    assert manifest.name == trained.name == scorer.release.name
    assert scorer.release.labels == tuple(trained.labels)
    assert set(scorer.release.thresholds) == set(trained.labels)


def test_evaluating_it_again_gives_its_own_figures(
    scorer: Scorer, scored: Scored, trained: Run
) -> None:
    again = evaluate(scorer, scored).to_json()
    stored = read_object(Layout(trained.release).metrics)["test"]
    assert again["posts"] == stored["posts"] == len(load_split(trained.prepared, TEST))
    assert set(again["labels"]) == set(stored["labels"]) == {*trained.labels, "low_quality"}
    for name, found in again["labels"].items():
        for source, metrics in found.items():
            for key, value in metrics.items():
                assert value == pytest.approx(stored["labels"][name][source][key]), (name, key)
    for source, shares in again["ordinary"].items():
        assert shares == pytest.approx(stored["ordinary"][source])


def test_curves_hold_every_held_out_score_and_no_text(scored: Scored, trained: Run) -> None:
    curves = read_object(Layout(trained.release).curves)
    assert set(curves) == {*trained.labels, "low_quality"}
    posts = scored.of_label("rumour")
    assert curves["rumour"]["scores"] == pytest.approx(posts.scores.tolist(), abs=1e-5)
    assert curves["rumour"]["labels"] == posts.truth.tolist()
    assert curves["rumour"]["clusters"] == posts.clusters.tolist()
    written = Layout(trained.release).curves.read_text(encoding="utf-8")
    assert written.isascii()


def test_thresholds_are_chosen_on_calibration_posts_and_measured_on_test_posts(
    scorer: Scorer, scored: Scored, trained: Run
) -> None:
    calibration = score_examples(scorer, load_split(trained.prepared, CALIBRATION))
    for name, threshold in scorer.release.thresholds.items():
        test = scored.of_label(name)
        flagged = test.scores >= threshold.value
        if flagged.any():
            assert threshold.precision == pytest.approx(test.truth[flagged].mean(), abs=0.02)
        assert (threshold.positives, threshold.negatives) == (test.positives, test.negatives)
        if threshold.sentence == SENTENCE:
            chosen = calibration.of_label(name)
            flagged = chosen.scores >= threshold.value
            assert chosen.truth[flagged].mean() >= LEAST_PRECISION - 0.02


def test_the_calibration_was_fitted_and_keeps_the_recipes_windows(trained: Run) -> None:
    stored = read_object(Layout(trained.release).calibration)
    calibration = Calibration.from_json(stored)
    assert calibration.windows.length == trained.recipe.max_length
    assert calibration.windows.overlap == trained.recipe.window_overlap
    assert set(calibration.labels) == set(trained.labels)
    assert calibration.low_quality_scaling is not None
    truth = label_matrix(load_split(trained.prepared, CALIBRATION), trained.labels)
    for column, name in enumerate(trained.labels):
        known = truth[truth[:, column] >= 0, column]
        assert calibration.priors[name] == pytest.approx(known.mean(), abs=1e-4)


def test_golden_sentences_are_ours_and_none_of_the_corpus(trained: Run) -> None:
    golden = read_golden(Layout(trained.release).golden)
    assert len(golden) >= 20
    texts = {e.text for e in load_split(trained.prepared, TRAIN)}
    assert not [sentence.text for sentence in golden if sentence.text in texts]
    assert all(set(sentence.scores) == set(trained.labels) for sentence in golden)


def test_the_baseline_is_compared_on_the_same_posts(scored: Scored, trained: Run) -> None:
    compared = read_object(Layout(trained.release).metrics)["baseline"]
    assert set(compared) == set(trained.labels)
    for name, found in compared.items():
        posts = scored.of_label(name)
        assert found["ours"] == pytest.approx(roc_auc_score(posts.truth, posts.scores))
        assert found["difference"] == pytest.approx(found["ours"] - found["theirs"])
        assert found["verdict"] in {"better", "level", "worse", "too little evidence"}


def test_a_release_records_how_it_was_made(trained: Run) -> None:
    metrics = read_object(Layout(trained.release).metrics)
    assert metrics["recipe"] == trained.recipe.model_dump(mode="json")
    assert metrics["environment"]["torch"]
    assert metrics["not_judged"] == trained.not_judged
    release = Release.load(trained.release)
    assert np.all([entry["source"] == "sample" for entry in release.sources])
