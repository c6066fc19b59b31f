"""A post scores the same among whatever others it is read with, in every precision offered."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from data.readers import read_examples
from models.layout import Layout
from models.release import Release, find_release
from models.runtime import OpenVinoBackend
from models.runtime.choice import offered
from models.scorer import Post, Scorer

pytestmark = pytest.mark.shipped
POSTS = Path(__file__).with_name("posts.jsonl")
TIMES, MOST_NEIGHBOURS = 200, 4
BOUNDS = {"f32": 0.001, "bf16": 0.005, "int8": 0.005}


@pytest.mark.parametrize("precision", offered(Layout(find_release())))
def test_a_post_is_the_same_among_any_neighbours(precision: str) -> None:
    folder = find_release()
    scorer = Scorer(Release.load(folder), OpenVinoBackend(folder, precision))
    posts = [Post(example.text, example.title or "") for example in read_examples([POSTS])]
    short = [post for post in posts if len(post.text) < 40]
    chance = random.Random(11)
    post = chance.choice(short)

    def scores(among: list[Post]) -> np.ndarray:
        found = scorer.score(among)
        return np.array([*found[among.index(post)].probabilities.values()])

    alone = scores([post])
    for _ in range(TIMES):
        among = [*chance.sample(short, k=chance.randint(1, MOST_NEIGHBOURS)), post]
        chance.shuffle(among)
        assert np.abs(scores(among) - alone).max() <= BOUNDS[precision]
