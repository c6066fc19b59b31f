"""Deciding posts of the past again: what flips, how much there is to review, how right it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.operating_points import wilson
from models.thresholds import Bounds
from service.decide import ActivePolicy, Decision, decide
from service.score.evidence import Suggestion
from service.whatif.past import Past

Judge = Callable[[Past], ActivePolicy]
Flip = tuple[Suggestion, Suggestion]
HOUR = timedelta(hours=1)
# Below this, posts an hour would be a guess.
SHORTEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of posts with its 95 % interval (Wilson); None of nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> Bounds | None:
        """The interval of the share."""
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Truth:
    """How right the flags of a label are on posts whose label is known."""

    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class LabelStudy:
    """One label before and after; the lists hold the posts that flip."""

    label: str
    then: int
    now: int
    newly: list[Past]
    no_longer: list[Past]
    positives: int
    negatives: int
    truth_then: Truth
    truth_now: Truth


@dataclass(frozen=True, slots=True)
class Load:
    """Posts to review: their share of all, and how many posts come in an hour, if that is known.

    `busiest` is the most reviews of any clock hour of the sample.
    """

    reviews: Share
    posts_per_hour: float | None
    busiest: int | None

    @property
    def per_hour(self) -> float | None:
        """Expected reviews an hour."""
        share = self.reviews.value
        known = self.posts_per_hour is not None and share is not None
        return share * self.posts_per_hour if known else None  # type: ignore[operator]

    @property
    def interval(self) -> Bounds | None:
        """The 95 % interval of the reviews an hour, the posts an hour taken as they are."""
        bounds = self.reviews.interval
        if bounds is None or self.posts_per_hour is None:
            return None
        return bounds[0] * self.posts_per_hour, bounds[1] * self.posts_per_hour


@dataclass(frozen=True, slots=True)
class Study:
    """What a change would do."""

    posts: int
    then: Counter[Suggestion]
    now: Counter[Suggestion]
    flips: dict[Flip, list[Past]]
    labels: list[LabelStudy]
    load_then: Load
    load_now: Load


def study(posts: Sequence[Past], judge: Judge, posts_per_hour: float | None = None) -> Study:
    """Decide every post under the policy that `judge` gives for it, and compare with the past.

    `posts_per_hour` is taken from the times of the posts unless it is given.
    """
    decisions = [decide(past.score, judge(past), past.hits, past.debunks) for past in posts]
    if posts_per_hour is None:
        posts_per_hour = rate(posts)
    flips: dict[Flip, list[Past]] = {}
    for past, decision in zip(posts, decisions, strict=True):
        if past.suggestion != decision.suggestion:
            flips.setdefault((past.suggestion, decision.suggestion), []).append(past)
    suggested = [past.suggestion for past in posts]
    suggests = [decision.suggestion for decision in decisions]
    return Study(
        posts=len(posts),
        then=Counter(suggested),
        now=Counter(suggests),
        flips=flips,
        labels=_labels(posts, decisions),
        load_then=_load(posts, suggested, posts_per_hour),
        load_now=_load(posts, suggests, posts_per_hour),
    )


def rate(posts: Sequence[Past]) -> float | None:
    """Return posts an hour between the first and the last; None where that would be a guess."""
    times = [past.at for past in posts if past.at is not None]
    if len(times) < 2 or max(times) - min(times) < SHORTEST:
        return None
    # n posts have n - 1 gaps between them.
    return (len(times) - 1) / ((max(times) - min(times)) / HOUR)


def _load(posts: Sequence[Past], suggestions: Sequence[Suggestion], rate: float | None) -> Load:
    hours = Counter(
        past.at.replace(minute=0, second=0, microsecond=0)
        for past, suggestion in zip(posts, suggestions, strict=True)
        if past.at is not None and suggestion == "review"
    )
    dated = any(past.at is not None for past in posts)
    return Load(
        reviews=Share(suggestions.count("review"), len(suggestions)),
        posts_per_hour=rate,
        busiest=max(hours.values(), default=0) if dated else None,
    )


def _labels(posts: Sequence[Past], decisions: Sequence[Decision]) -> list[LabelStudy]:
    names = {judged.label: None for decision in decisions for judged in decision.labels}
    flags = [
        frozenset(judged.label for judged in decision.labels if judged.flagged)
        for decision in decisions
    ]
    found = []
    for name in names:
        then = [name in past.flags for past in posts]
        now = [name in flagged for flagged in flags]
        known = [past.truth.get(name) for past in posts]
        found.append(
            LabelStudy(
                label=name,
                then=sum(then),
                now=sum(now),
                newly=[p for p, a, b in zip(posts, then, now, strict=True) if b and not a],
                no_longer=[p for p, a, b in zip(posts, then, now, strict=True) if a and not b],
                positives=known.count(1),
                negatives=known.count(0),
                truth_then=_truth(known, then),
                truth_now=_truth(known, now),
            )
        )
    return found


def _truth(known: Sequence[int | None], flagged: Sequence[bool]) -> Truth:
    right = sum(truth == 1 and flag for truth, flag in zip(known, flagged, strict=True))
    told = sum(truth is not None and flag for truth, flag in zip(known, flagged, strict=True))
    return Truth(Share(right, told), Share(right, known.count(1)))
