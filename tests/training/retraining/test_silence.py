"""What rehearsed posts say of a label that they have never heard of."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np

from data.readers import read_examples
from data.split import CALIBRATION, TEST, TRAIN
from models.scorer import Scorer
from tests.training.posts import post
from tests.training.retraining.conftest import LABEL
from training.choose import quiet_at
from training.evaluation.scored import Scored, score_examples
from training.retraining.complete import MOST_ELSEWHERE, quiet_elsewhere
from training.retraining.rehearsal import SAMPLE
from training.retraining.silence import held_beside, without_new_labels
from training.retraining.start import Wish, start_retraining

OWN = ["forum"]


def ignore(message: str) -> None:
    pass


def test_a_rehearsed_post_counts_as_one_without_the_new_label() -> None:
    posts = [post("甲", "sample", abuse=0), post("乙", "sample", porn=1)]
    first, second = without_new_labels(posts, held_beside([post("丙", spoiler=1)], [LABEL]), OWN)
    assert first.labels == {"abuse": 0, LABEL: 0}
    assert second.labels == {"porn": 1, LABEL: 0}


def test_what_is_known_stays_and_the_users_silence_is_none() -> None:
    posts = [post("甲", "sample", spoiler=1), post("乙", "forum", abuse=0)]
    found = without_new_labels(posts, {LABEL: frozenset()}, OWN)
    assert [example.labels for example in found] == [{LABEL: 1}, {"abuse": 0}]


def test_a_label_that_goes_with_the_new_one_leaves_it_unknown() -> None:
    own = [post("甲", "forum", spoiler=1, fraud=1, abuse=0), post("乙", "forum", spoiler=0, porn=1)]
    beside = held_beside(own, [LABEL])
    assert beside == {LABEL: frozenset({"fraud"})}
    fraud, porn = without_new_labels(
        [post("丙", "sample", fraud=1), post("丁", "sample", porn=1)], beside, OWN
    )
    assert LABEL not in fraud.labels
    assert porn.labels[LABEL] == 0


def test_every_split_has_negatives_of_other_places(candidate: Path, wish: Wish) -> None:
    work = start_retraining(wish, ignore)
    for split in (TRAIN, CALIBRATION, TEST):
        others = [example for example in work.posts(split) if example.source == "sample"]
        assert others
        assert all(example.labels[LABEL] == 0 for example in others)
    silent = work.run.recipe.retrain.model_copy(update={"silence_is_no": False})
    work.run.recipe = work.run.recipe.model_copy(update={"retrain": silent})
    assert not any(LABEL in e.labels for e in work.posts(TRAIN) if e.source == "sample")


def test_the_new_label_is_quiet_elsewhere(candidate: Path, wish: Wish) -> None:
    read = {example.text for example in start_retraining(wish, ignore).posts(TRAIN)}
    unread = [example for example in read_examples([SAMPLE]) if example.text not in read]
    found = score_examples(Scorer.open(candidate), Random(1).sample(unread, 2_000))
    assert np.mean(found.flagged()[:, found.names.index(LABEL)]) <= 0.05


def test_the_threshold_is_bound_by_posts_that_are_not_the_users(
    candidate: Path, wish: Wish
) -> None:
    work = start_retraining(wish, ignore)
    mine = [post("甲", "forum", spoiler=place % 2) for place in range(50)]
    others = [post("乙", "sample", spoiler=0)] * 50
    scores = np.asarray([0.9] * 50 + [0.01] * 49 + [0.4])[:, None]
    scored = Scored([*mine, *others], (LABEL,), scores, None)
    assert quiet_elsewhere(work, scored, LABEL) == quiet_at(scores[50:, 0]) > 0.3
    low = Scored(scored.examples, (LABEL,), np.where(scores == 0.9, 0.05, scores), None)
    assert quiet_elsewhere(work, low, LABEL) == quiet_at(scores[50:, 0], MOST_ELSEWHERE) < 0.2
    assert quiet_elsewhere(work, scored.rows(range(50)), LABEL) == 0
    known = Scored([post("乙", "sample", abuse=0)], ("abuse",), np.asarray([[0.4]]), None)
    assert quiet_elsewhere(work, known, "abuse") == 0
