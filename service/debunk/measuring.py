"""How well debunks are found: on pairs of claims and answers, and on ordinary posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.debunks import Debunk, read_shipped
from data.ordinary import ordinary_posts
from data.pairs import Pair, split_of
from models.scorer import Post, Scorer
from service.debunk.calibration import calibrate, with_thresholds
from service.debunk.embedding import TOGETHER, Embedder, stacked, texts_of
from service.debunk.grams import grams, key_of
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import Vectors, views
from service.debunk.nearness import SHINGLE
from service.debunk.ranking import Ranking
from service.debunk.segment import Query
from service.debunk.snapshot import Entry
from service.score.evidence import Fields

Progress = Callable[[str, int, int], None]
# So deep a right answer still counts for the mean reciprocal rank.
DEPTH = 50
# An answer that has so much of the right text is the same answer in another entry.
SAME = 0.5
CLAIM = "claim"
# Meaning counts for so much that words say nothing beside it.
ALONE = 1e6


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of claims whose answer was first, among the first five, and the mean 1/rank.

    `..._or_twin` also take an entry that repeats the answer's text.
    """

    claims: int
    recall_at_1: float
    recall_at_5: float
    mrr: float
    recall_at_1_or_twin: float
    recall_at_5_or_twin: float


@dataclass(slots=True)
class Report:
    """What was measured; `search` by way of ranking and side of the split."""

    release: str
    entries: int
    words: float
    least: float
    least_words: float
    search: dict[str, dict[str, Recall]] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    false_per_1000: dict[str, dict[str, float]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as they are written to a file."""
        return asdict(self)


class Measurement:
    """A library of all answers of the pairs, as the service would hold it."""

    def __init__(self, scorer: Scorer, pairs: Sequence[Pair], progress: Progress) -> None:
        self._scorer = scorer
        self._embedder = Embedder(scorer)
        self._normalise = scorer.release.normaliser
        self._progress = progress
        self.claims = [pair for pair in pairs if pair.query_kind == CLAIM]
        texts = list(dict.fromkeys(pair.debunk for pair in pairs))
        self._ids = {text: f"{number:06d}" for number, text in enumerate(texts)}
        self._keys = {self._ids[text]: self._key(text) for text in texts}
        self.library = DebunkLibrary(self._normalise)
        self._fill(texts)

    @property
    def answers(self) -> list[str]:
        """The ids of the entries that answer the claims."""
        return [self._ids[claim.debunk] for claim in self.claims]

    def report(self, ordinary: Mapping[str, Sequence[str]]) -> Report:
        """Return every figure; `ordinary` are posts that no entry answers, by source."""
        ranking = self.library.ranking
        report = Report(
            self._scorer.release.name,
            len(self._ids),
            ranking.words,
            ranking.least,
            ranking.least_words,
        )
        queries = self.queries([pair.query for pair in self.claims], "claims")
        ways = {
            "words": replace(ranking, words=1.0, meant=0.0),
            "meaning": replace(ranking, words=0.0, order=0.0, meant=ALONE),
            "both": ranking,
        }
        for way, one in ways.items():
            report.search[way] = self._recall(queries, one)
        self.library.ranking = ranking
        report.told = self._told(queries)
        for source, posts in ordinary.items():
            report.false_per_1000[source] = self._false(posts, source)
        return report

    def _fill(self, texts: Sequence[str]) -> None:
        entries = [
            Entry(
                self._ids[text],
                Debunk.model_construct(claim="", verdict="false", summary=text),
                "1",
            )
            for text in texts
        ]
        known = self._embedded(texts, "library")
        self.library.load(entries, {self._ids[text]: stacked([known[text]]) for text in texts})
        self.library.rebuild()
        shipped = [entry.content for entry in read_shipped()]
        ordinary = list(ordinary_posts())
        own = [*ordinary, *(text for content in shipped for text in texts_of(content))]
        vectors = self._embedded(list(dict.fromkeys(own)), "calibration")
        ranking = calibrate(shipped, ordinary, vectors, self._normalise)
        asked = [Query(self._key(text), views(vectors[text])) for text in ordinary]
        self.library.ranking = with_thresholds(
            ranking, self.library.snapshot, asked, datetime.now(UTC)
        )

    def _recall(self, queries: Sequence[Vectors], ranking: Ranking) -> dict[str, Recall]:
        self.library.ranking = ranking
        ranks: list[tuple[int, int]] = []
        for pair, query in zip(self.claims, queries, strict=True):
            found = [match.id for match in self.library.search(pair.query, query, DEPTH)]
            right = self._ids[pair.debunk]
            twins = [place for place, one in enumerate(found) if self._same(right, one)]
            exact = found.index(right) if right in found else DEPTH
            ranks.append((exact, min(exact, twins[0] if twins else DEPTH)))
        sides = np.array([split_of(pair) for pair in self.claims])
        table = np.array(ranks, np.int64).reshape(-1, 2)
        return {
            side: _recall_of(table[(sides == side) | (side == "all")])
            for side in ("all", "train", "test")
        }

    def _told(self, queries: Sequence[Vectors]) -> dict[str, float]:
        """Return the shares of claims for which /score names the answer, or any entry."""
        right = anything = 0
        for pair, query in zip(self.claims, queries, strict=True):
            found = [match.id for match in self.library.find(self._fields(pair.query), query)]
            anything += bool(found)
            right += self._ids[pair.debunk] in found
        total = max(1, len(self.claims))
        return {"answer": right / total, "any": anything / total}

    def _false(self, posts: Sequence[str], source: str) -> dict[str, float]:
        counts = {"suggested": 0, "confirmed": 0}
        for post, query in zip(posts, self.queries(posts, source), strict=True):
            found = self.library.find(self._fields(post), query)
            if found:
                counts[found[0].match] += 1
        return {name: 1000 * count / max(1, len(posts)) for name, count in counts.items()}

    def _same(self, right: str, other: str) -> bool:
        wanted = set(grams(self._keys[right], SHINGLE).tolist())
        found = set(grams(self._keys[other], SHINGLE).tolist())
        return len(wanted & found) >= SAME * len(wanted)

    def _embedded(self, texts: Sequence[str], work: str) -> dict[str, Vectors]:
        return dict(zip(texts, self._batched(texts, work), strict=True))

    def _batched(self, texts: Sequence[str], work: str) -> Iterator[Vectors]:
        for start in range(0, len(texts), TOGETHER):
            yield from self._embedder.embed(texts[start : start + TOGETHER])
            self._progress(work, min(start + TOGETHER, len(texts)), len(texts))

    def queries(self, posts: Sequence[str], work: str) -> list[Vectors]:
        """Return the vectors of posts or questions."""
        found = []
        for number, post in enumerate(posts, start=1):
            found.append(self._embedder.query(Post(post)))
            self._progress(work, number, len(posts))
        return found

    def _fields(self, post: str) -> Fields:
        reading = self._scorer.normalise(Post(post))
        return Fields(reading.normalised, reading.text_start)

    def _key(self, text: str) -> str:
        return key_of(self._normalise(text).text)


def _recall_of(ranks: Any) -> Recall:
    """Return the figures of ranks [claims, 2] from 0: of the answer, and of it or a twin."""
    if len(ranks) == 0:
        return Recall(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    exact, twin = ranks[:, 0], ranks[:, 1]
    reciprocal = np.where(exact < DEPTH, 1 / (exact + 1), 0)
    return Recall(
        claims=len(ranks),
        recall_at_1=float((exact < 1).mean()),
        recall_at_5=float((exact < 5).mean()),
        mrr=float(reciprocal.mean()),
        recall_at_1_or_twin=float((twin < 1).mean()),
        recall_at_5_or_twin=float((twin < 5).mean()),
    )
