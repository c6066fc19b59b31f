"""What the embedding of a release is worth for finding debunks, seen on texts of our own.

A release that was trained to judge posts may say little about what they mean. So its embedding is
tried on the shipped entries: does a wording find its entry once it has been taken out of it, and
does a claim find the text that answers it? And on ordinary posts of our own: how near do they come
to any entry by chance? The share of words in the similarity is the one that ranks best, and the
thresholds lie beyond what chance reaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from data.debunks import Debunk
from service.debunk import closer
from service.debunk.grams import key_of
from service.debunk.lexical import LexicalIndex
from service.debunk.library import Normalise
from service.debunk.meaning import Vectors, normalised
from service.debunk.ranking import DEFAULT, SPREADS, WORDS, Ranking
from service.debunk.segment import Query
from service.debunk.snapshot import Snapshot

# Shares of words that are tried; of equals the first is taken.
SHARES = (1.0, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1)
# Meaning must rank this much better than words alone to be listened to at all.
GAIN = 0.02
# Entries share more words with their own other wordings than with the posts of strangers, so the
# trial flatters words. This part of their share put entries in order best for claims of strangers
# (docs/debunks.md).
ORDER = 0.3
# What meaning may count for beside words at a closer look.
MEANT = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 11.0, 16.0)
# One in fifty ordinary posts comes nearer than COMMON; a threshold lies so far above that, and
# never below LEAST. On 1,200 posts of three corpora two or three in a thousand came beyond it.
COMMON, MARGIN, LEAST = 0.98, 1.4, 0.5

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Table:
    """Every text of the entries: `owners` says whose, `kinds` is 0 claim, 1 variant, 2 summary."""

    texts: tuple[str, ...]
    owners: NDArray[np.int64]
    kinds: NDArray[np.int64]

    @classmethod
    def of(cls, contents: Sequence[Debunk]) -> Table:
        """List the texts of entries."""
        rows = [
            (text, owner, kind)
            for owner, content in enumerate(contents)
            for text, kind in (
                (content.claim, 0),
                *((variant, 1) for variant in content.variants),
                (content.summary, 2),
            )
            if text.strip()
        ]
        texts, owners, kinds = zip(*rows, strict=True) if rows else ((), (), ())
        return cls(texts, np.array(owners, np.int64), np.array(kinds, np.int64))


@dataclass(frozen=True, slots=True)
class Trial:
    """Likenesses of queries to all texts by words and by cosine, both [queries, texts].

    `hidden` masks the texts a query may not find; `answers` are the right owners.
    """

    words: Scores
    cosine: Scores
    hidden: NDArray[np.bool_]
    answers: NDArray[np.int64]


def calibrate(
    contents: Sequence[Debunk],
    ordinary: Sequence[str],
    vectors: Mapping[str, Vectors],
    normalise: Normalise,
) -> Ranking:
    """Return the ranking that suits a release, its thresholds not yet set.

    `vectors` [n, width] of each text of `contents` and `ordinary` by the text itself. Without any
    of them words alone are asked.
    """
    table = Table.of(contents)
    if not ordinary or not len(table.texts):
        return DEFAULT
    keys = [key_of(normalise(text).text) for text in table.texts]
    index = LexicalIndex(keys)
    known = np.stack([_mean(vectors[text]) for text in table.texts])
    trial = _own_trial(table, index, keys, known)
    chance = np.stack([_mean(vectors[text]) for text in ordinary]) @ known.T
    found = replace(DEFAULT, unrelated=float(chance.mean()), spread=float(chance.std()) or 1.0)
    ranks = {share: _rank(trial, replace(found, words=share), table) for share in SHARES}
    best = max(SHARES, key=lambda share: ranks[share])
    if ranks[best] < ranks[1.0] + GAIN:
        return found
    return replace(found, words=best, order=ORDER * best, meant=_meant(trial, found, table, keys))


def with_thresholds(
    ranking: Ranking, snapshot: Snapshot, queries: Sequence[Query], now: datetime
) -> Ranking:
    """Return the ranking with the thresholds that keep ordinary posts out of a library.

    The more a library holds, the nearer comes one of its entries to any post by chance.
    """
    asked = [query for query in queries if len(query.key) >= ranking.shortest]
    words = [Query(query.key) for query in asked]
    return replace(
        ranking,
        least=_beyond_chance(ranking, snapshot, asked, now),
        least_words=_beyond_chance(ranking, snapshot, words, now),
    )


def _beyond_chance(
    ranking: Ranking, snapshot: Snapshot, queries: Sequence[Query], now: datetime
) -> float:
    nearest = [
        max(
            (
                ranking.likeness(candidate)
                for candidate in candidates
                if not ranking.repeats(candidate)
            ),
            default=0.0,
        )
        for candidates in snapshot.search(queries, now)
    ]
    return max(LEAST, MARGIN * float(np.quantile(nearest or [0.0], COMMON)))


def _own_trial(table: Table, index: LexicalIndex, keys: Sequence[str], known: Vectors) -> Trial:
    """Each variant looks for its entry without itself, each claim for its entry's summary."""
    asked = np.flatnonzero(table.kinds < 2)
    claim = (table.kinds[asked] == 0)[:, None]
    hidden = np.where(claim, table.kinds[None, :] < 2, asked[:, None] == np.arange(len(keys)))
    words = np.stack([index.scores(keys[row]) for row in asked.tolist()])
    return Trial(words, known[asked] @ known.T, hidden, table.owners[asked])


def _likeness(trial: Trial, ranking: Ranking) -> Scores:
    """Return what `Ranking.likeness` says, [queries, texts]."""
    meaning = np.maximum(0, (trial.cosine - ranking.unrelated) / (SPREADS * ranking.spread))
    found = ranking.words * trial.words / WORDS + (1 - ranking.words) * meaning
    hidden: Scores = np.where(trial.hidden, 0, found).astype(np.float32)
    return hidden


def _rank(trial: Trial, ranking: Ranking, table: Table) -> float:
    """Return the mean reciprocal rank of the right entry; equals stand before it."""
    return _rank_of(_likeness(trial, ranking), trial, table)


def _rank_of(likeness: Scores, trial: Trial, table: Table) -> float:
    owners = int(table.owners.max()) + 1
    best = np.full((len(likeness), owners), -np.inf, np.float32)
    for owner in range(owners):
        best[:, owner] = likeness[:, table.owners == owner].max(axis=1)
    right = best[np.arange(len(best)), trial.answers]
    before = (best >= right[:, None]).sum(axis=1)
    return float((1 / np.maximum(before, 1)).mean())


def _meant(trial: Trial, ranking: Ranking, table: Table, keys: Sequence[str]) -> float:
    """Return what meaning counts for beside words where the nearest are looked at again."""
    asked = [keys[row] for row in np.flatnonzero(table.kinds < 2).tolist()]
    words = _closeness(trial.words, asked, keys)
    meaning = np.maximum(0, (trial.cosine - ranking.unrelated) / (SPREADS * ranking.spread))

    def rank(meant: float) -> float:
        seen = np.where(trial.hidden, -np.inf, words + meant * meaning)
        return _rank_of(seen.astype(np.float32), trial, table)

    return max(MEANT, key=rank)


def _closeness(pairs: Scores, asked: Sequence[str], keys: Sequence[str]) -> Scores:
    """Return what `closer.closeness` says of every text for every question, [asked, keys]."""
    rarity = closer.Rarity.of(keys)
    characters = {one: place for place, one in enumerate(sorted(set("".join(keys))))}
    holds = np.zeros((len(keys), len(characters)), np.float32)
    for row, key in enumerate(keys):
        holds[row, [characters[one] for one in set(key[: closer.LONGEST])]] = 1
    weighs = np.zeros((len(asked), len(characters)), np.float32)
    for row, key in enumerate(asked):
        for one, weight in rarity.weights(key).items():
            weighs[row, characters[one]] = weight
    length = np.log(np.array([max(1, len(key)) for key in keys]) / closer.ANSWER)
    sides = (weighs @ holds.T, pairs / WORDS, np.minimum(0, length), np.maximum(0, length))
    found = np.zeros((len(asked), len(keys)))
    for weight, side in zip(closer.shipped(), sides, strict=True):
        found += weight * side
    return found.astype(np.float32)


def _mean(windows: Vectors) -> Vectors:
    return normalised(windows.mean(axis=0))
