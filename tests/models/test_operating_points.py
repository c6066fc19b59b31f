"""Operating points: sentences, the thresholds they ask for, and what is promised of them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidInput, ReleaseError
from models.jsonfile import write_json
from models.operating_points import Curve, Unreachable, Wish, parse_sentence, read_curves, wilson


def of(truth: list[int], scores: list[float]) -> Curve:
    return Curve.of(truth, scores, range(len(truth)))


# Flagging 1..6 posts: precision 1, 1, 2/3, 3/4, 3/5, 1/2; recall 1/3, 2/3, 2/3, 1, 1, 1;
# F1 1/2, 4/5, 4/6, 6/7, 6/8, 6/9; false alarms 0, 0, 1/3, 1/3, 2/3, 1.
BY_HAND = of([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])


@pytest.mark.parametrize(
    ("sentence", "threshold"),
    [
        ("best F1", 0.55),
        ("best F1 at precision >= 0.8", 0.75),
        ("best F1 at recall >= 0.7", 0.55),
        ("recall at precision >= 0.95", 0.75),
        ("most recall at precision >= 0.7", 0.55),
        ("recall at precision >= 0.5", 0.55),  # of equal recall, the fewest flags
        ("precision at recall >= 0.8", 0.55),
        ("precision at recall >= 0.3", 0.75),  # of equal precision, the most recall
        ("false alarms <= 0.01", 0.75),
        ("recall at false alarms <= 0.34", 0.55),
        ("precision at false alarms ≤ 0.34", 0.75),
    ],
)
def test_sentences_by_hand(sentence: str, threshold: float) -> None:
    assert BY_HAND.choose(parse_sentence(sentence)) == pytest.approx(threshold)


@pytest.mark.parametrize(
    ("sentence", "wish"),
    [
        ("recall at precision >= 0.95", Wish("recall", "precision", 0.95)),
        ("  Most  RECALL at precision≥.9 ", Wish("recall", "precision", 0.9)),
        ("recall at precision>=1", Wish("recall", "precision", 1.0)),
        ("best F1", Wish("f1")),
        ("f1 at precision >= 0.80", Wish("f1", "precision", 0.8)),
        ("false alarms <= 0.01", Wish("recall", "false_alarms", 0.01)),
    ],
)
def test_sentences_are_read(sentence: str, wish: Wish) -> None:
    assert parse_sentence(sentence) == wish
    assert parse_sentence(str(wish)) == wish


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "recall",
        "most precision",
        "recall at precision > 0.9",
        "recall at precision <= 0.9",
        "recall at precision >= 1.5",
        "recall at precision >= nan",
        "recall at precision >= 90%",
        "recall at recall >= 0.9",
        "accuracy at precision >= 0.9",
        "best F1 at",
        "best F1 at precision",
        "false alarms >= 0.1",
        "recall at precision >= 0.9 at recall >= 0.1",
        "recall at precision >= ٠.٩",
    ],
)
def test_what_cannot_be_said_is_answered_with_what_can(sentence: str) -> None:
    with pytest.raises(InvalidInput, match=r"`recall at precision >= 0\.9`"):
        parse_sentence(sentence)


def test_unreachable_names_the_best() -> None:
    posts = of([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6])
    with pytest.raises(
        Unreachable, match=r"precision >= 0.8; .* precision 0.5000, with recall 1.0"
    ):
        posts.choose(Wish("f1", "precision", 0.8))
    with pytest.raises(Unreachable, match=r"fewest to be had are 0.5000"):
        posts.choose(Wish("recall", "false_alarms", 0.1))
    assert posts.choose(Wish("f1")) == pytest.approx(0.3)


@pytest.mark.parametrize("posts", [of([0, 0], [0.9, 0.1]), of([], [])])
def test_without_a_positive_nothing_is_promised(posts: Curve) -> None:
    with pytest.raises(Unreachable, match="no positive"):
        posts.choose(Wish("f1"))


def test_equal_scores_are_flagged_together() -> None:
    posts = of([1, 1, 0, 0, 1], [0.7, 0.5, 0.5, 0.5, 0.5])
    assert posts.choose(Wish("f1", "precision", 0.8)) == pytest.approx(0.6)
    with pytest.raises(Unreachable):
        of([1, 0], [0.5, 0.5]).choose(Wish("f1", "precision", 0.8))


def test_of_two_thresholds_as_good_the_higher_is_taken() -> None:
    posts = of([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6])  # F1 is 2/3 for one post and for all four
    assert posts.choose(Wish("f1")) == pytest.approx(0.85)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_a_threshold_is_never_certain(score: float) -> None:
    assert 0 < of([1, 1, 1], [score] * 3).choose(Wish("f1")) < 1


SCORES = st.sampled_from([*np.linspace(0.1, 0.9, 9), 0.00011, 0.00012, 0.9998, 0.9997, 0.500001])
WISHES = st.sampled_from(
    [
        Wish("f1"),
        Wish("f1", "precision", 0.5),
        Wish("recall", "precision", 0.8),
        Wish("recall", "precision", 1.0),
        Wish("precision", "recall", 0.5),
        Wish("recall", "false_alarms", 0.2),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 1), SCORES), min_size=1, max_size=25), WISHES)
def test_no_other_threshold_is_better(posts: list[tuple[int, float]], wish: Wish) -> None:
    truth, scores = [t for t, _ in posts], [float(s) for _, s in posts]
    found = [_at(truth, scores, value) for value in scores]
    allowed = [at for at in found if at["hits"] and _holds(at, wish)]
    try:
        chosen = _at(truth, scores, of(truth, scores).choose(wish))
    except Unreachable:
        assert not allowed
        return
    assert _holds(chosen, wish)
    assert chosen[wish.aim] == pytest.approx(max(at[wish.aim] for at in allowed))


def _holds(at: dict[str, float], wish: Wish) -> bool:
    if wish.held is None:
        return True
    value = at[wish.held]
    return value <= wish.bound if wish.held == "false_alarms" else value >= wish.bound


def _at(truth: list[int], scores: list[float], threshold: float) -> dict[str, float]:
    flagged = [t for t, score in zip(truth, scores, strict=True) if score >= threshold]
    hits, positives = sum(flagged), sum(truth)
    return {
        "hits": hits,
        "precision": hits / max(len(flagged), 1),
        "recall": hits / max(positives, 1),
        "f1": 2 * hits / max(len(flagged) + positives, 1),
        "false_alarms": (len(flagged) - hits) / max(len(truth) - positives, 1),
    }


def test_measured_by_hand() -> None:
    point = BY_HAND.measure(0.65)
    assert (point.precision, point.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert point.false_alarms == pytest.approx(1 / 3)
    assert (point.positives, point.negatives) == (3, 3)
    assert point.precision_interval is not None
    assert point.precision_interval[0] < 2 / 3 < point.precision_interval[1]


def test_three_of_three_are_no_certainty() -> None:
    point = of([1, 1, 1, 0, 0, 0], [0.9, 0.9, 0.9, 0.1, 0.1, 0.1]).measure(0.5)
    assert point.precision == 1.0
    assert point.precision_interval == (pytest.approx(0.4385, abs=1e-3), 1.0)


def test_nothing_flagged_has_no_precision() -> None:
    point = BY_HAND.measure(0.95)
    assert (point.precision, point.precision_interval, point.recall) == (None, None, 0.0)
    empty = of([], []).measure(0.5)
    assert (empty.recall, empty.recall_interval, empty.false_alarms) == (None, None, None)


def test_clusters_widen_the_interval() -> None:
    truth, scores = [1, 0] * 100, [0.9] * 200
    alone = Curve.of(truth, scores, range(200)).measure(0.5).precision_interval
    together = Curve.of(truth, scores, [row // 20 * 2 + row % 2 for row in range(200)])
    wide = together.measure(0.5).precision_interval
    assert alone is not None
    assert wide is not None
    assert wide[1] - wide[0] > 2 * (alone[1] - alone[0])


def test_wilson_against_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20, 95 %.
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert wilson(0, 0) is None


def test_an_answer_takes_no_tenth_of_a_second() -> None:
    chance = np.random.default_rng(1)
    truth = (chance.random(7000) < 0.2).astype(np.int8)
    curve = Curve.of(truth, chance.random(7000) * 0.5 + truth * 0.4, np.arange(7000))
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        curve.measure(curve.choose(Wish("recall", "precision", 0.8)))
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.1


def test_curves_of_a_release(tiny_release: Path) -> None:
    curves = read_curves(tiny_release / "curves.json")
    assert curves["rumour"].positives == 2
    assert curves["rumour"].choose(Wish("recall", "precision", 1.0)) == pytest.approx(0.75)


@pytest.mark.parametrize(
    "content",
    [{}, {"labels": [1], "scores": [0.1, 0.2], "clusters": [1]}, {"labels": ["x"]}, [], 3],
)
def test_a_damaged_curve_is_named(tmp_path: Path, content: object) -> None:
    write_json(tmp_path / "curves.json", {"rumour": content})
    with pytest.raises(ReleaseError, match="curve of rumour"):
        read_curves(tmp_path / "curves.json")
