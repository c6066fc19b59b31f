"""The reasons of the shipped release: do they name what carried a flag, and not something else?

Bounds are figures measured when the reasons were made, with room for another machine's arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from data.readers import read_examples
from models.explain import Flagged, explain
from models.scorer import Post, Scorer
from training.evaluation.deletion import ALL, measure_deletion

pytestmark = pytest.mark.shipped
HERE = Path(__file__).parent
# Without the clauses named, a probability falls at least this much further than without others.
LEAST_GAIN = 0.18
# Flags that end without the clauses named.
LEAST_UNDER = 0.70
# Posts whose strongest clause lies in what a person marked as the carrier, about half of each post.
LEAST_HITS = 0.84
Span = tuple[int, int]


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.open(precision="f32")


def test_scores_fall_without_the_clauses_named(scorer: Scorer) -> None:
    every_other = list(read_examples([HERE / "posts.jsonl"]))[::2]
    found = measure_deletion(scorer, every_other)[ALL]
    assert found.trials >= 60
    assert found.gain_interval[0] >= LEAST_GAIN
    assert found.under >= LEAST_UNDER
    assert found.under >= found.random_under + LEAST_GAIN


def test_the_strongest_clause_lies_where_a_person_sees_it(scorer: Scorer) -> None:
    """Whether the release flags the post or not: what does it take most of the label from?"""
    hits, chances = [], []
    for line in (HERE / "explained.jsonl").read_bytes().splitlines():
        post = orjson.loads(line)
        encoded = scorer.encode(Post(post["text"]))
        logits = scorer.infer(encoded.windows).logits
        probabilities = scorer.combine(logits).probabilities
        halves = {name: probabilities[name] / 2 for name in post["labels"]}
        (found,) = explain(scorer, [Flagged(encoded, logits, halves)])
        for cited in found.values():
            best = max(cited, key=lambda clause: clause.weight)
            span = encoded.normalised.span(best.start, best.end)
            hits.append(2 * overlap(span, post["carriers"]) >= span[1] - span[0])
            chances.append(overlap((0, len(post["text"])), post["carriers"]) / len(post["text"]))
    assert len(hits) >= 30
    assert sum(chances) < 0.6 * len(hits)
    assert sum(hits) >= LEAST_HITS * len(hits), f"{sum(hits)} of {len(hits)}"


def overlap(span: Span, carriers: Sequence[Span]) -> int:
    """Return how many characters of a span lie in what a person marked."""
    return sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in carriers)
