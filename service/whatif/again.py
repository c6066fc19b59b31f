"""Reading posts of the past again: with other word lists, or with another release."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from models.normaliser import Normaliser
from models.scorer import Scorer
from models.windows import join_title
from service.score.evidence import Fields, Hit
from service.whatif.past import Past
from service.word.matcher import WordMatcher

# Between two batches a caller who has gone is noticed, and others get the processor.
BATCH = 32


async def score_again(
    posts: Sequence[Past], scorer: Scorer, told: Callable[[int], None] | None = None
) -> list[Past]:
    """Return posts, all with their text, with the scores of another release."""
    found: list[Past] = []
    for batch in _batches(posts):
        scores = await asyncio.to_thread(
            scorer.score, [past.post for past in batch if past.post is not None]
        )
        found += [replace(past, score=score) for past, score in zip(batch, scores, strict=True)]
        if told is not None:
            told(len(found))
    return found


async def match_again(
    posts: Sequence[Past], matcher: WordMatcher, normaliser: Normaliser
) -> list[Past]:
    """Return posts, all with their text, with what the words of a matcher find in them."""
    found: list[Past] = []
    for batch in _batches(posts):
        found += await asyncio.to_thread(_match_batch, batch, matcher, normaliser)
    return found


def _match_batch(posts: Sequence[Past], matcher: WordMatcher, normaliser: Normaliser) -> list[Past]:
    return [_matched(past, matcher, normaliser) for past in posts]


def _matched(past: Past, matcher: WordMatcher, normaliser: Normaliser) -> Past:
    assert past.post is not None
    joined, text_start = join_title(past.post.title, past.post.text)
    words: list[Hit] = matcher.match(Fields(normaliser(joined), text_start))
    rules = [hit for hit in past.hits if hit.source == "rule"]
    return replace(past, hits=(*words, *rules))


def _batches(posts: Sequence[Past]) -> Iterator[Sequence[Past]]:
    return (posts[start : start + BATCH] for start in range(0, len(posts), BATCH))
