"""The deletion test of reasons: without the clauses named, does a label fall as they promise?

Comprehensiveness after DeYoung et al. 2020, "ERASER": how far a probability falls when the named
part is taken away, held against random clauses of the same length from the same posts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from data.schema import Example
from models.explain import Flagged, explain, split_clauses
from models.scorer import Encoded, Post, Scorer
from training.metrics import Interval, cluster_weights, interval_of
from training.truth import Floats

ALL = "all"
# Random clauses are drawn so often for each post, and their falls averaged.
DRAWS = 3
RESAMPLES = 1000
TOGETHER = 64
Span = tuple[int, int]
Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One flagged label of one post: probabilities as it is, without the clauses, at random.

    `named` and `post` are characters of the normalised text; `random` is a mean over DRAWS, and
    `random_under` the share of draws that ended the flag.
    """

    label: str
    threshold: float
    whole: float
    without: float
    random: float
    random_under: float
    named: int
    post: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """What reasons are worth for a label; `gain` is the fall beyond that of random clauses."""

    trials: int
    fall: float
    random_fall: float
    gain: float
    gain_interval: Interval
    under: float
    random_under: float
    share_named: float

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        return asdict(self)


def measure_deletion(
    scorer: Scorer, examples: Sequence[Example], done: Done = lambda _: None
) -> dict[str, Deletion]:
    """Explain every flag of a release on posts, take the clauses away and score again.

    By label, and over all of them; a label that is never flagged is left out.
    """
    chance = random.Random(0)
    trials: list[Trial] = []
    for start in range(0, len(examples), TOGETHER):
        trials += _trials(scorer, examples[start : start + TOGETHER], chance)
        done(min(start + TOGETHER, len(examples)))
    found = {
        name: summarise([trial for trial in trials if trial.label == name])
        for name in scorer.release.labels
        if any(trial.label == name for trial in trials)
    }
    return {ALL: summarise(trials), **found} if trials else {}


def summarise(trials: Sequence[Trial]) -> Deletion:
    """Return the figures of at least one trial, with the 95 % interval of the gain."""
    falls = _column(trials, lambda trial: trial.whole - trial.without)
    randoms = _column(trials, lambda trial: trial.whole - trial.random)
    gains = falls - randoms
    drawn = np.concatenate(list(cluster_weights(np.arange(len(trials)), RESAMPLES)))
    return Deletion(
        trials=len(trials),
        fall=float(falls.mean()),
        random_fall=float(randoms.mean()),
        gain=float(gains.mean()),
        gain_interval=interval_of(drawn @ gains / len(trials)) or (0.0, 0.0),
        under=float(_column(trials, lambda trial: trial.without < trial.threshold).mean()),
        random_under=float(_column(trials, lambda trial: trial.random_under).mean()),
        share_named=float(_column(trials, lambda trial: trial.named / trial.post).mean()),
    )


def _trials(scorer: Scorer, examples: Sequence[Example], chance: random.Random) -> Iterator[Trial]:
    flagged = list(_flagged(scorer, examples))
    asked: list[tuple[Flagged, str, int]] = []
    texts: list[str] = []
    for post, found in zip(flagged, explain(scorer, flagged), strict=True):
        text = post.encoded.normalised.text
        for label, cited in found.items():
            length = sum(clause.end - clause.start for clause in cited)
            asked.append((post, label, length))
            texts.append(without(text, [(clause.start, clause.end) for clause in cited]))
            texts += [
                without(text, random_spans(post.encoded, length, chance)) for _ in range(DRAWS)
            ]
    scores = iter(scorer.score([Post(text) for text in texts]))
    for post, label, length in asked:
        threshold = post.thresholds[label]
        left = next(scores).probabilities[label]
        randoms = [next(scores).probabilities[label] for _ in range(DRAWS)]
        yield Trial(
            label=label,
            threshold=threshold,
            whole=scorer.combine(post.logits).probabilities[label],
            without=left,
            random=sum(randoms) / DRAWS,
            random_under=sum(one < threshold for one in randoms) / DRAWS,
            named=length,
            post=len(post.encoded.normalised.text),
        )


def _flagged(scorer: Scorer, examples: Sequence[Example]) -> Iterator[Flagged]:
    """Yield the posts that a release flags, with the thresholds they reach."""
    encoded = [scorer.encode(Post(one.text, one.title or "")) for one in examples]
    logits = scorer.infer([window for one in encoded for window in one.windows]).logits
    ends = np.cumsum([len(one.windows) for one in encoded])
    for one, part in zip(encoded, np.split(logits, ends[:-1]), strict=True):
        reached = {
            name: scorer.release.thresholds[name].value
            for name, value in scorer.combine(part).probabilities.items()
            if value >= scorer.release.thresholds[name].value
        }
        if reached and one.normalised.text:
            yield Flagged(one, part, reached)


def without(text: str, spans: Sequence[Span]) -> str:
    """Return a text without some parts of it."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def random_spans(encoded: Encoded, length: int, chance: random.Random) -> list[Span]:
    """Draw clauses of a post until they hold `length` characters; the last one is cut to fit."""
    clauses = split_clauses(encoded.normalised, encoded.text_start)
    chance.shuffle(clauses)
    spans: list[Span] = []
    for clause in clauses:
        if length <= 0:
            break
        spans.append((clause.start, min(clause.end, clause.start + length)))
        length -= clause.end - clause.start
    return spans


def _column(trials: Sequence[Trial], value: Callable[[Trial], float]) -> Floats:
    return np.asarray([value(trial) for trial in trials], dtype=np.float64)
