"""Flood by bursts: nearly the same post again and again, by one author or by many.

Posts of the last minutes stand in groups of near-duplicates, found by the smallest hashes of their
shingles (bottom-k sketches, Broder 1997). Everything is in memory, of this process, and bounded;
of an author only a hash is kept.
"""

from __future__ import annotations

import threading
import zlib
from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.catalogue import rules as texts
from service.rule.tokens import without_runs

SHINGLE = 3
SKETCH = 16
INDEXED = 6
LEAST_TOKENS = 12
# What many write is short more often: greetings, names of songs, the news of the day.
LEAST_TOKENS_OF_MANY = 20
NEAR = 0.6
PERIOD = timedelta(minutes=10)
TIMES_OF_AUTHOR = 4
TIMES_OF_MANY = 6
AUTHORS_OF_MANY = 4
MOST_GROUPS = 20_000
MOST_POSTS_A_GROUP = 64

Sketch = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Burst:
    """A post that is one of many like it; `authors` is 1 for a burst of one author."""

    times: int
    authors: int

    @property
    def note(self) -> str:
        """Why this is a burst, in Chinese."""
        minutes = int(PERIOD.total_seconds() // 60)
        if self.authors == 1:
            return texts.burst_of_author(self.times, minutes)
        return texts.burst_of_many(self.times, self.authors, minutes)


@dataclass(slots=True)
class _Group:
    sketch: Sketch
    posts: deque[tuple[datetime, int, int]] = field(
        default_factory=lambda: deque(maxlen=MOST_POSTS_A_GROUP)
    )


class Bursts:
    """Remembers the posts of the last PERIOD; safe to use from several threads."""

    def __init__(self, most_groups: int = MOST_GROUPS) -> None:
        self._most = most_groups
        self._lock = threading.Lock()
        self._groups: OrderedDict[int, _Group] = OrderedDict()
        self._index: dict[int, list[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        """How many groups are remembered."""
        return len(self._groups)

    def see(
        self, tokens: Sequence[str], author: str, now: datetime, post: str | None = None
    ) -> Burst | None:
        """Remember a post and tell whether it makes, or continues, a burst.

        `post` is the caller's id of it: the same post of the same author counts once.
        """
        words = without_runs(tokens)
        if len(words) < LEAST_TOKENS:
            return None
        made = sketch(words)
        by = zlib.crc32(author.encode("utf-8", "surrogatepass"))
        identity = self._identity(made, post)
        with self._lock:
            self._forget_before(now - PERIOD)
            group = self._group(made)
            if not any(other == identity and who == by for _, who, other in group.posts):
                group.posts.append((now, by, identity))
            return _burst(group, by, now, many=len(words) >= LEAST_TOKENS_OF_MANY)

    def forget(self, author: str) -> None:
        """Drop what is remembered of an author."""
        by = zlib.crc32(author.encode("utf-8", "surrogatepass"))
        with self._lock:
            for group in self._groups.values():
                kept = [post for post in group.posts if post[1] != by]
                group.posts.clear()
                group.posts.extend(kept)

    def _identity(self, made: Sketch, post: str | None) -> int:
        if post is not None:
            return hash((made, post))
        self._next += 1
        return -self._next

    def _group(self, made: Sketch) -> _Group:
        """Return the group of a sketch, made if there is none, as the one used last."""
        shared = Counter(
            number for value in made[:INDEXED] for number in self._index.get(value, ())
        )
        for number, _ in shared.most_common(8):
            if resemblance(made, self._groups[number].sketch) >= NEAR:
                self._groups.move_to_end(number)
                return self._groups[number]
        number = self._next = self._next + 1
        self._groups[number] = _Group(made)
        for value in made[:INDEXED]:
            self._index.setdefault(value, []).append(number)
        while len(self._groups) > self._most:
            self._drop(next(iter(self._groups)))
        return self._groups[number]

    def _forget_before(self, moment: datetime) -> None:
        """Drop groups whose last post is older; the least recently used stand first."""
        for number, group in list(self._oldest()):
            if group.posts and group.posts[-1][0] >= moment:
                return
            self._drop(number)

    def _oldest(self) -> list[tuple[int, _Group]]:
        # A few each time keep pace: every post makes at most one group.
        groups = iter(self._groups.items())
        return [pair for pair, _ in zip(groups, range(4), strict=False)]

    def _drop(self, number: int) -> None:
        group = self._groups.pop(number)
        for value in group.sketch[:INDEXED]:
            numbers = self._index[value]
            numbers.remove(number)
            if not numbers:
                del self._index[value]


def _burst(group: _Group, by: int, now: datetime, *, many: bool) -> Burst | None:
    # Not those after `now` either: a post may be looked at with the time it was written.
    recent = [who for moment, who, _ in group.posts if now - PERIOD < moment <= now]
    own = recent.count(by)
    if own >= TIMES_OF_AUTHOR:
        return Burst(own, 1)
    authors = len(set(recent))
    if many and len(recent) >= TIMES_OF_MANY and authors >= AUTHORS_OF_MANY:
        return Burst(len(recent), authors)
    return None


def sketch(tokens: Sequence[str]) -> Sketch:
    """Return the SKETCH smallest hashes of the shingles, ascending; the same in every process."""
    text = " ".join(tokens).encode()
    bounds = [0]
    for token in tokens:
        bounds.append(bounds[-1] + len(token.encode()) + 1)
    crc = zlib.crc32
    hashes = {
        crc(text[bounds[place] : bounds[place + SHINGLE]])
        for place in range(len(tokens) - SHINGLE + 1)
    }
    return tuple(sorted(hashes)[:SKETCH])


def resemblance(left: Sketch, right: Sketch) -> float:
    """Estimate which share of all shingles of two posts both have."""
    union = sorted({*left, *right})[: max(len(left), len(right))]
    both = set(left) & set(right)
    return sum(value in both for value in union) / len(union)
