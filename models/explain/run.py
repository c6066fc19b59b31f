"""The search for the clauses that carried a label, in at most MOST_ROWS readings of a post."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from models.calibration import Floats, logit, sigmoid
from models.explain.clauses import split_clauses
from models.explain.drive import Drive
from models.explain.occlusion import Logits, Occlusion, Part
from models.scorer import Encoded, Scorer
from models.windows import TokenIds

# Extra windows read for one post, whatever its length and however many labels are flagged.
MOST_ROWS = 20
# Of these: clauses one by one if they are few, else neighbours together, then the best one by one.
SINGLE_ROWS = 12
GROUPED_ROWS = 8
OPENED_ROWS = 6
# Where no set of clauses explains the flag: this many, each at least this share of the strongest.
MOST_CITED = 3
LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Flagged:
    """A post to explain: logits [windows, labels] and thresholds of its flagged short labels."""

    encoded: Encoded
    logits: Logits
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cited:
    """Characters `start` to `end` of the normalised text that carried a label, and how much."""

    start: int
    end: int
    weight: float


Found = dict[str, list[Cited]]
Search = Generator[list[TokenIds], Logits, Found]


def explain(scorer: Scorer, posts: Sequence[Flagged]) -> list[Found]:
    """Return, for each post and flagged label, the clauses that carried it, in reading order."""
    drive = Drive([cite(scorer, post) for post in posts])
    while windows := drive.windows:
        drive.answer(scorer.infer(windows).logits)
    return drive.results()


def cite(scorer: Scorer, post: Flagged) -> Search:
    """Search one post: yields windows of token ids to read and is sent their logits.

    Clauses are taken away one by one (of a long post first by neighbourhood). Where the strongest
    alone does not end the flag, every other is tried with it and the best of them stays away too,
    and so on: of two insults neither seems to carry what the other carries as well. The weights of
    one label add up to the fall of its probability without all clauses named, divided by the fall
    of log odds that each brings in its turn.
    """
    names = scorer.release.labels
    columns = {name: names.index(name) for name in post.thresholds}
    occlusion = Occlusion(
        scorer.release,
        scorer.spell(post.encoded.normalised.text),
        post.logits,
        tuple(columns.values()),
    )
    clauses = split_clauses(post.encoded.normalised, post.encoded.text_start)
    parts: list[Part] = [(clause,) for clause in clauses if occlusion.touched((clause,))]
    if not parts:
        return {}
    search = _Searching(occlusion, post.thresholds, columns)
    yield from search.rank(parts)
    yield from search.combine()
    return {label: search.cited(label) for label in post.thresholds}


@dataclass
class _Searching:
    """What is known of one post while it is searched."""

    occlusion: Occlusion
    thresholds: Mapping[str, float]
    columns: Mapping[str, int]
    rows: int = MOST_ROWS
    # Whether the parts are all of the post.
    whole: bool = True
    parts: list[Part] = field(default_factory=list)
    # Log odds [parts, labels] without each part alone.
    alone: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    # By label: parts in the order they were taken away, and the log odds after each.
    taken: dict[str, list[int]] = field(default_factory=dict)
    left: dict[str, list[float]] = field(default_factory=dict)

    def rank(self, parts: list[Part]) -> Generator[list[TokenIds], Logits, None]:
        """Find what each part weighs alone; of many parts only those in the best groups."""
        if self._cost(parts) > SINGLE_ROWS:
            groups = self._grouped(parts, GROUPED_ROWS)
            falls = self._falls((yield from self._without(groups)))
            parts, self.whole = self._opened(groups, falls), False
        self.parts, self.alone = parts, (yield from self._without(parts))

    def combine(self) -> Generator[list[TokenIds], Logits, None]:
        """Take one part more away for each label that is still flagged, while the rows allow."""
        for label, column in self.columns.items():
            first = int(np.argmin(self.alone[:, column]))
            self.taken[label], self.left[label] = [first], [float(self.alone[first, column])]
        flagged = [label for label in self.columns if self.left[label][-1] >= self._bar(label)]
        while flagged:
            tried = {
                label: self._one_more(label, self.rows // (len(flagged) - number))
                for number, label in enumerate(flagged)
            }
            if not any(tried.values()):
                return
            sets = [self._set(label, place) for label in flagged for place in tried[label]]
            found = iter((yield from self.occlusion.without(sets)))
            for label in flagged:
                odds = [float(next(found)[self.columns[label]]) for _ in tried[label]]
                if odds:
                    self.taken[label].append(tried[label][int(np.argmin(odds))])
                    self.left[label].append(min(odds))
            flagged = [
                label
                for label in flagged
                if tried[label] and self.left[label][-1] >= self._bar(label)
            ]

    def _one_more(self, label: str, rows: int) -> list[int]:
        """Return the parts to try beside those taken, the strongest alone first; pays for them.

        A set that leaves nothing of three clauses or more explains nothing.
        """
        places: list[int] = []
        if self.whole and len(self.taken[label]) + 1 == len(self.parts) > 2:
            return places
        for place in np.argsort(self.alone[:, self.columns[label]], kind="stable").tolist():
            cost = self._cost([self._set(label, place)])
            if place not in self.taken[label] and cost <= rows:
                rows -= cost
                self.rows -= cost
                places.append(place)
        return places

    def _set(self, label: str, place: int) -> Part:
        return [clause for one in (*self.taken[label], place) for clause in self.parts[one]]

    def cited(self, label: str) -> list[Cited]:
        """Return the parts that end the flag together, or else the strongest of those taken."""
        left, whole = self.left[label], float(self.occlusion.whole[self.columns[label]])
        falls = np.maximum(-np.diff([whole, *left]), 0.0)
        size = next((n for n, odds in enumerate(left, 1) if odds < self._bar(label)), 0)
        if not size:
            strong = np.flatnonzero(falls[:MOST_CITED] >= LEAST_SHARE * falls[:MOST_CITED].max())
            size = int(strong[-1]) + 1
        before, after = sigmoid(np.asarray([whole, left[size - 1]]))
        fall = max(0.0, float(before - after))
        total = float(falls[:size].sum())
        shares = falls[:size] / total if total else np.full(size, 1 / size)
        chosen = self.taken[label][:size]
        return _merged(
            [(self.parts[n], fall * float(s)) for n, s in zip(chosen, shares, strict=True)]
        )

    def _without(self, parts: Sequence[Part]) -> Generator[list[TokenIds], Logits, Floats]:
        self.rows -= self._cost(parts)
        return (yield from self.occlusion.without(parts))

    def _cost(self, parts: Sequence[Part]) -> int:
        return sum(len(self.occlusion.touched(part)) for part in parts)

    def _falls(self, odds: Floats) -> Floats:
        columns = list(self.columns.values())
        return np.asarray(self.occlusion.whole[columns] - odds[:, columns])

    def _bar(self, label: str) -> float:
        return float(logit(np.asarray([self.thresholds[label]]))[0])

    def _grouped(self, parts: Sequence[Part], most: int) -> list[Part]:
        """Join neighbours into the most groups that can be read in `most` rows."""
        for count in range(min(most, len(parts)), 1, -1):
            cuts = [number * len(parts) // count for number in range(count + 1)]
            groups = [
                tuple(clause for part in parts[start:end] for clause in part)
                for start, end in pairwise(cuts)
            ]
            if self._cost(groups) <= most:
                return list(groups)
        return [tuple(clause for part in parts for clause in part)]

    def _opened(self, groups: Sequence[Part], falls: Floats) -> list[Part]:
        """Divide the best groups of each label in turn into parts of OPENED_ROWS rows."""
        ranked = np.argsort(-falls, axis=0, kind="stable").ravel().tolist()
        room = OPENED_ROWS
        opened: list[Part] = []
        for place in dict.fromkeys(ranked):
            inside: list[Part] = [(clause,) for clause in groups[place]]
            cost = self._cost(inside)
            if cost > room:
                if opened:
                    break
                inside = self._grouped(inside, room)
                cost = self._cost(inside)
            room -= cost
            opened += inside
        return opened


def _merged(weighed: Sequence[tuple[Part, float]]) -> list[Cited]:
    """Return what is cited in reading order, pieces of one clause together again."""
    spans = sorted((part[0].start, part[-1].end, part[0].cut, weight) for part, weight in weighed)
    cited: list[Cited] = []
    for start, end, cut, weight in spans:
        if cut and cited and cited[-1].end == start:
            cited[-1] = Cited(cited[-1].start, end, cited[-1].weight + weight)
        else:
            cited.append(Cited(start, end, weight))
    return cited
