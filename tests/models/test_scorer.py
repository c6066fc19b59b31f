"""Scores do not depend on company, long text is read whole, a title counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.calibration import identity
from models.release import Release
from models.runtime import OpenVinoBackend
from models.runtime.openvino_backend import Precision
from models.scorer import Post, Score, Scorer, pool_windows
from tests.tiny import random_posts


def _table(scores: list[Score]) -> NDArray[np.float64]:
    return np.array([[*score.probabilities.values(), score.low_quality] for score in scores])


@pytest.mark.parametrize("precision", ["f32", "auto"])
def test_scores_are_the_same_alone_and_among_others(
    tiny_release: Path, precision: Precision
) -> None:
    backend = OpenVinoBackend(tiny_release, precision, threads=1)
    scorer = Scorer(Release.load(tiny_release), backend)
    posts = random_posts(64)
    together = _table(scorer.score(posts))
    alone = np.concatenate([_table(scorer.score([post])) for post in posts])
    reversed_ = _table(scorer.score(posts[::-1]))[::-1]
    assert np.abs(together - alone).max() <= 0.005
    assert np.abs(together - reversed_).max() <= 0.005
    assert together.std(axis=0).min() > 0.01


def test_small_batches_give_the_same_scores(tiny_scorer: Scorer) -> None:
    posts = random_posts(30)
    narrow = Scorer(tiny_scorer.release, tiny_scorer.backend, max_batch_tokens=64)
    np.testing.assert_allclose(
        _table(narrow.score(posts)), _table(tiny_scorer.score(posts)), atol=1e-4
    )


def test_threads_may_share_a_scorer(tiny_scorer: Scorer) -> None:
    posts = random_posts(40)
    expected = _table(tiny_scorer.score(posts))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda post: tiny_scorer.score([post])[0], posts))
    np.testing.assert_allclose(_table(found), expected, atol=1e-4)


def test_combine_agrees_with_score(tiny_scorer: Scorer) -> None:
    post = Post("今天下雨，" * 60)
    encoded = tiny_scorer.encode(post)
    assert len(encoded.windows) > 3
    outputs = tiny_scorer.infer(encoded.windows)
    (expected,) = tiny_scorer.score([post])
    assert tiny_scorer.combine(outputs.logits).probabilities == pytest.approx(
        expected.probabilities, abs=1e-4
    )
    np.testing.assert_allclose(np.linalg.norm(outputs.embedding, axis=1), 1.0, rtol=1e-4)


def test_no_part_of_a_long_text_is_cut(tiny_scorer: Scorer) -> None:
    characters = "今天下雨出门记得带伞路上小心" * 100
    encoded = tiny_scorer.encode(Post(characters))
    length = tiny_scorer.release.max_length
    assert encoded.characters == len(characters)
    assert all(len(window) <= length for window in encoded.windows)
    tail = tiny_scorer.encode(Post(characters + "赌博")).windows
    assert tail[-1] != encoded.windows[-1]


def test_text_without_a_readable_character_is_scored(tiny_scorer: Scorer) -> None:
    posts = [Post("\u200b\u200b"), Post(" "), Post("😀"), Post("\n"), Post("\x00")]
    assert np.isfinite(_table(tiny_scorer.score(posts))).all()


def test_a_title_is_read_and_not_counted(tiny_scorer: Scorer) -> None:
    plain, titled = Post("出门记得带伞。"), Post("出门记得带伞。", title="今天下雨")
    encoded = tiny_scorer.encode(titled)
    assert encoded.characters == len(plain.text)
    assert encoded.normalised.original[encoded.text_start :] == plain.text
    assert encoded.windows != tiny_scorer.encode(plain).windows
    before, after = tiny_scorer.score([plain, titled])
    assert before != after


def test_a_title_that_begins_the_text_is_not_repeated(tiny_scorer: Scorer) -> None:
    text = "今天下雨，出门记得带伞。"
    repeated = Post(text, title="今天下雨")
    assert tiny_scorer.encode(repeated).windows == tiny_scorer.encode(Post(text)).windows


def test_progress_counts_posts(tiny_scorer: Scorer) -> None:
    told: list[int] = []
    logits = tiny_scorer.logits(iter(random_posts(600, longest=8)), progress=told.append)
    assert logits.shape == (600, 7)
    assert told == [512, 600]


def test_no_posts_give_no_scores(tiny_scorer: Scorer) -> None:
    assert tiny_scorer.score([]) == []
    assert tiny_scorer.logits([]).shape == (0, 7)
    with pytest.raises(ValueError, match="at least one window"):
        tiny_scorer.infer([])


def test_windows_are_pooled_by_label() -> None:
    logits = np.array([[1.0, 1.0], [3.0, -2.0]], dtype=np.float32)
    pooled = pool_windows(logits, ("rumour", "abuse"), identity(("rumour", "abuse")))
    assert pooled.tolist() == [2.0, 1.0]


def test_precision_is_told(tiny_release: Path) -> None:
    assert OpenVinoBackend(tiny_release, "f32").precision == "f32"
    assert OpenVinoBackend(tiny_release).precision in ("f32", "bf16")
