from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.debunk.grams import Postings, grams
from service.debunk.lexical import MOST_PAIRS, PAIR, LexicalIndex
from tests.service.debunk.made import CLAIM, OTHER

TEXTS = st.lists(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=15), min_size=1, max_size=8)


@given(TEXTS, st.text("甲乙丙丁戊己庚辛壬", max_size=15))
def test_scores_lie_between_nothing_and_one(texts: list[str], query: str) -> None:
    scores = LexicalIndex(texts).scores(query)
    assert scores.shape == (len(texts),)
    assert ((scores >= 0) & (scores < 1)).all()
    wanted = set(grams(query, PAIR).tolist())
    for text, score in zip(texts, scores, strict=True):
        assert (score > 0) == bool(wanted & set(grams(text, PAIR).tolist()))


@given(TEXTS)
def test_postings_hold_every_gram_of_every_text(texts: list[str]) -> None:
    postings = Postings.build([grams(text, PAIR) for text in texts])
    for row, text in enumerate(texts):
        for gram in set(grams(text, PAIR).tolist()):
            places, there = postings.find(np.array([gram]))
            assert there.all()
            assert row in postings.rows[postings.gather(places)].tolist()


def test_the_text_with_the_telling_words_is_nearest() -> None:
    index = LexicalIndex([OTHER, CLAIM, "螃蟹要趁热吃"])
    assert int(index.scores("柿子配螃蟹会中毒吗").argmax()) == 1


def test_a_rare_pair_counts_more_than_a_common_one() -> None:
    index = LexicalIndex(["今天吃饭了", "今天睡觉了", "今天出门了", "打雷下雨"])
    scores = index.scores("今天打雷")
    assert scores[3] > scores[:3].max()


def test_a_long_post_costs_no_more_than_its_rarest_pairs() -> None:
    rng = np.random.default_rng(3)
    post = "".join(chr(0x4E00 + n) for n in rng.integers(0, 20_000, 5_000))
    assert len(set(grams(post, PAIR).tolist())) > MOST_PAIRS
    index = LexicalIndex([CLAIM])
    assert index.scores(post)[0] < 0.05


def test_frequencies_of_a_large_index_serve_a_small_one() -> None:
    large = LexicalIndex([OTHER] * 50 + [CLAIM])
    small = LexicalIndex([CLAIM], large.frequencies)
    np.testing.assert_allclose(small.scores(CLAIM), large.scores(CLAIM)[-1:], rtol=1e-6)
