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

    Clauses are taken away one by one (of a long post first by neighbourhood), then the strongest
    together until the label is no longer flagged. The weights of one label add up to the fall of
    its probability without all clauses named, divided by the fall of log odds that each causes
    alone.
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
    parts: list[Part] = field(default_factory=list)
    # Log odds [parts, labels] without each part; by label, those without the strongest 1, 2, … .
    alone: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    together: dict[str, list[float]] = field(default_factory=dict)

    def rank(self, parts: list[Part]) -> Generator[list[TokenIds], Logits, None]:
        """Find what each part weighs alone; of many parts only those in the best groups."""
        if self._cost(parts) > SINGLE_ROWS:
            groups = self._grouped(parts, GROUPED_ROWS)
            falls = self._falls((yield from self._without(groups)))
            parts = self._opened(groups, falls)
        self.parts, self.alone = parts, (yield from self._without(parts))

    def combine(self) -> Generator[list[TokenIds], Logits, None]:
        """Take the strongest parts of each label together, as many as the rows allow."""
        sets: list[Part] = []
        owners: list[str] = []
        for number, (label, column) in enumerate(self.columns.items()):
            order = self._order(label)
            self.together[label] = [float(self.alone[order[0], column])]
            if self.together[label][0] < self._bar(label):
                continue
            wanted = self._growing(order, self.rows // (len(self.columns) - number))
            self.rows -= self._cost(wanted)
            sets += wanted
            owners += [label] * len(wanted)
        if sets:
            found = yield from self.occlusion.without(sets)
            for label, row in zip(owners, found, strict=True):
                self.together[label].append(float(row[self.columns[label]]))

    def _growing(self, order: Sequence[int], rows: int) -> list[Part]:
        """Return the strongest two parts, three parts, … as far as `rows` allow."""
        sets: list[Part] = []
        for size in range(2, len(order) + 1):
            part = [clause for place in order[:size] for clause in self.parts[place]]
            rows -= self._cost([part])
            if rows < 0:
                break
            sets.append(part)
        return sets

    def cited(self, label: str) -> list[Cited]:
        """Return the fewest of the strongest parts that end the flag, or else the strongest."""
        column, order, left = self.columns[label], self._order(label), self.together[label]
        size = next((n for n, odds in enumerate(left, 1) if odds < self._bar(label)), 0)
        falls = np.maximum(self.occlusion.whole[column] - self.alone[:, column], 0.0)
        if not size:
            strong = int((falls[order] >= LEAST_SHARE * falls[order[0]]).sum())
            size = min(MOST_CITED, len(left), strong)
        before, after = sigmoid(np.asarray([self.occlusion.whole[column], left[size - 1]]))
        fall = max(0.0, float(before - after))
        chosen = order[:size]
        total = float(falls[chosen].sum())
        shares = [float(falls[n]) / total if total else 1 / size for n in chosen]
        return _merged([(self.parts[n], fall * s) for n, s in zip(chosen, shares, strict=True)])

    def _without(self, parts: Sequence[Part]) -> Generator[list[TokenIds], Logits, Floats]:
        self.rows -= self._cost(parts)
        return (yield from self.occlusion.without(parts))

    def _cost(self, parts: Sequence[Part]) -> int:
        return sum(len(self.occlusion.touched(part)) for part in parts)

    def _falls(self, odds: Floats) -> Floats:
        columns = list(self.columns.values())
        return np.asarray(self.occlusion.whole[columns] - odds[:, columns])

    def _order(self, label: str) -> list[int]:
        """Return the parts without which the label falls, the strongest first; at least one."""
        column = self.columns[label]
        order = np.argsort(self.alone[:, column], kind="stable")
        falling = self.alone[order, column] < self.occlusion.whole[column]
        return [int(place) for place in order[: max(1, int(falling.sum()))]]

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
