"""From likenesses to one similarity, and from similarity to what is said of a match.

docs/debunks.md tells how the constants were found; `mingjian debunks measure` measures them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.debunk import closer
from service.debunk.segment import Candidate, Scores
from service.score.evidence import Match

# The lexical score that two or three in a thousand ordinary posts reach by chance among five
# thousand texts.
WORDS = 0.2
# How many standard deviations above unrelated texts the same is true of cosines.
SPREADS = 4.5
# The similarity at which a match is suggested.
SUGGESTED = 0.5

Rare = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are weighed, and from which similarity on they are told.

    Words and meaning are each put on a scale where 1 is what ordinary posts reach by chance:
    `unrelated` and `spread` are mean and standard deviation of the cosine of texts that have
    nothing to do with each other. `words` is the share of words in their weighted sum; 1 leaves
    meaning aside. A sum of `least` (without vectors: `least_words`) is suggested, of `sure` times
    that confirmed.

    `order` is the share of words where what is told or searched is put in order: meaning knows
    better which of several entries answers, words better whether any does. The nearest are looked
    at again: `meant` is what meaning counts for beside what their words are worth there.

    `near`: containment from which a wording counts as repeated; `near_short` holds for wordings
    of fewer than `short` characters, where one character more or less says something else. Of a
    post of fewer characters than `shortest` only repeated wordings are told.
    """

    unrelated: float = 0.0
    spread: float = 1.0
    words: float = 1.0
    order: float = 1.0
    meant: float = 0.0
    least: float = 1.0
    least_words: float = 1.0
    sure: float = 3.0
    near: float = 0.62
    near_short: float = 0.99
    short: int = 8
    shortest: int = 8

    def similarity(self, candidate: Candidate) -> float:
        """Return how near an entry is to a post, in [0, 1]; 0.5 is enough to suggest it."""
        likeness = self.likeness(candidate)
        similar = likeness / (likeness + self._least(candidate))
        return max(similar, candidate.near) if self.repeats(candidate) else similar

    def likeness(self, candidate: Candidate) -> float:
        """Return the weighted sum of words and meaning; of words alone without vectors."""
        return self._weighed(candidate, self.words)

    def rank(self, candidate: Candidate) -> float:
        """Return what puts entries in order, the largest first: whose words stand there, first."""
        return self._repeated(candidate) + self._weighed(candidate, self.order)

    def closer(self, candidate: Candidate, texts: Sequence[str], rare: Rare) -> float:
        """Return what puts the nearest entries in order, seen on their `texts` (`closer.py`).

        `rare` weighs the characters of the question.
        """
        words = closer.closeness(rare, texts, candidate.lexical / WORDS)
        return self._repeated(candidate) + words + self.meant * self.meaning(candidate)

    def worth(self, lexical: Scores, cosines: Scores) -> NDArray[np.bool_]:
        """Tell which of many entries are at least suggested, as `match` does for one."""
        words = lexical / WORDS
        if self.words == 1.0:
            return words >= self.least_words
        meaning = np.maximum(0.0, (cosines - self.unrelated) / (SPREADS * self.spread))
        both = self.words * words + (1 - self.words) * meaning
        told: NDArray[np.bool_] = np.where(
            np.isnan(cosines), words >= self.least_words, both >= self.least
        )
        return told

    def _weighed(self, candidate: Candidate, share: float) -> float:
        words = candidate.lexical / WORDS
        if self._words_only(candidate) or candidate.cosine is None:
            return words
        return share * words + (1 - share) * self.meaning(candidate)

    def meaning(self, candidate: Candidate) -> float:
        """Return the cosine on the scale where 1 is what ordinary posts reach, 0 without any."""
        cosine = self.unrelated if candidate.cosine is None else candidate.cosine
        return max(0.0, (cosine - self.unrelated) / (SPREADS * self.spread))

    def _repeated(self, candidate: Candidate) -> float:
        return 100 * candidate.near if self.repeats(candidate) else 0.0

    def repeats(self, candidate: Candidate) -> bool:
        """Tell whether the post says nearly the words of the entry."""
        short = len(candidate.wording) < self.short
        return candidate.near >= (self.near_short if short else self.near)

    def match(self, candidate: Candidate, length: int) -> Match | None:
        """Return what is said of a candidate for a post of `length` characters, None for nothing.

        A post that has nearly the words is confirmed; so is one so like it in words and meaning
        that chance does not come near it.
        """
        if self.repeats(candidate):
            return "confirmed"
        likeness, least = self.likeness(candidate), self._least(candidate)
        if length < self.shortest or likeness < least:
            return None
        return "confirmed" if likeness >= self.sure * least else "suggested"

    def _least(self, candidate: Candidate) -> float:
        return self.least_words if self._words_only(candidate) else self.least

    def _words_only(self, candidate: Candidate) -> bool:
        return candidate.cosine is None or self.words == 1.0


DEFAULT = Ranking()
