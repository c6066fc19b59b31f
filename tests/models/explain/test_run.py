"""The search names the clause that carries a label, within its rows, and weighs honestly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.explain import Flagged, cite
from models.explain.drive import Drive
from models.explain.run import MOST_ROWS, Found
from models.scorer import Post, Scorer
from models.windows import TokenIds
from tests.tiny import random_posts

THRESHOLD = 0.5
LABELS = {"rumour": THRESHOLD, "ad_spam": THRESHOLD}


class Counting:
    """A model whose log odds are the marked tokens in a window, less a half."""

    def __init__(self, scorer: Scorer, marks: str) -> None:
        self.scorer = scorer
        self.labels = len(scorer.release.labels)
        self.marks = {self.token(mark) for mark in marks}
        self.rows = 0

    def token(self, character: str) -> int:
        return self.scorer.spell(character).ids[0]

    def logits(self, windows: list[TokenIds]) -> NDArray[np.float32]:
        self.rows += len(windows)
        counts = [sum(token in self.marks for token in window) for window in windows]
        column = np.asarray(counts, dtype=np.float32)[:, np.newaxis] - 0.5
        return np.repeat(column, self.labels, axis=1)

    def explain(self, text: str, title: str = "") -> tuple[str, Found, int]:
        encoded = self.scorer.encode(Post(text, title))
        post = Flagged(encoded, self.logits(list(encoded.windows)), LABELS)
        self.rows = 0
        drive = Drive([cite(self.scorer, post)])
        while windows := drive.windows:
            drive.answer(self.logits(windows))
        return encoded.normalised.text, drive.results()[0], self.rows


@pytest.fixture(scope="module")
def scorer(tiny_scorer: Scorer) -> Scorer:
    """The tiny scorer without calibration, so that log odds are logits."""
    from models.calibration import identity

    windows = tiny_scorer.release.windows
    calibration = identity(tiny_scorer.release.labels, windows)
    return Scorer(replace(tiny_scorer.release, calibration=calibration), tiny_scorer.backend)


def cited(text: str, found: Found, label: str = "ad_spam") -> list[str]:
    return [text[clause.start : clause.end] for clause in found[label]]


def test_the_one_clause_that_carries_a_label_is_named(scorer: Scorer) -> None:
    model = Counting(scorer, "赌")
    text, found, rows = model.explain("今天下雨了,出门记得带伞,晚上来我家赌一把,路上小心")
    for label in LABELS:
        assert cited(text, found, label) == ["晚上来我家赌一把,"]
    assert rows == 4
    (clause,) = found["ad_spam"]
    assert clause.weight == pytest.approx(sigmoid(np.array(0.5)) - sigmoid(np.array(-0.5)))


def test_the_fewest_clauses_that_end_the_flag_are_named(scorer: Scorer) -> None:
    model = Counting(scorer, "赌博")
    text, found, _ = model.explain("今天下雨了,晚上来赌博,明天又赌博,后天还赌,路上小心")
    assert cited(text, found) == ["晚上来赌博,", "明天又赌博,", "后天还赌,"]
    weights = [clause.weight for clause in found["ad_spam"]]
    total = sigmoid(np.array(4.5)) - sigmoid(np.array(-0.5))
    assert sum(weights) == pytest.approx(float(total))
    assert weights[0] == pytest.approx(weights[1]) == pytest.approx(2 * weights[2])


def test_a_clause_of_the_title_is_found(scorer: Scorer) -> None:
    model = Counting(scorer, "谣")
    text, found, _ = model.explain("今天下雨了,路上小心", title="警察说都是谣言")
    assert cited(text, found)[0].startswith("警察说都是谣言")


@pytest.mark.parametrize("place", [0, 40, 150, 399])
def test_one_clause_of_a_long_text_is_found(scorer: Scorer, place: int) -> None:
    model = Counting(scorer, "赌")
    parts = ["今天下雨出门带伞,"] * 400
    parts[place] = "晚上来我家赌一把,"
    text, found, rows = model.explain("".join(parts))
    assert any("赌" in piece for piece in cited(text, found))
    assert rows <= MOST_ROWS


@pytest.mark.parametrize("longest", [30, 120, 400, 20_000])
def test_no_post_costs_more_than_its_rows(scorer: Scorer, longest: int) -> None:
    model = Counting(scorer, "的一是,了。不")
    for post in random_posts(12, longest=longest, seed=longest):
        text = "今天" + (post.text * (longest // len(post.text)))[:longest]
        _, found, rows = model.explain(text)
        assert 1 <= rows <= MOST_ROWS
        assert all(found[label] for label in LABELS)


def test_a_post_of_one_character_is_explained(scorer: Scorer) -> None:
    text, found, rows = Counting(scorer, "赌").explain("赌")
    assert cited(text, found) == ["赌"]
    assert rows == 1


def test_what_cannot_be_read_has_no_reason(scorer: Scorer) -> None:
    model = Counting(scorer, "赌")
    encoded = scorer.encode(Post("\u200b"))
    search = cite(scorer, Flagged(encoded, model.logits(list(encoded.windows)), LABELS))
    with pytest.raises(StopIteration) as over:
        next(search)
    assert over.value.value == {}
