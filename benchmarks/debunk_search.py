"""How long a post takes to search the debunk library, and how long the library takes to make.

    python benchmarks/debunk_search.py --entries 100000

Entries, posts and vectors are made up: claims of 12 to 30 characters, drawn as often as they occur
in our own posts, and vectors in clusters. Times are of one thread.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from data.debunks import Debunk
from data.ordinary import ordinary_posts
from models.normaliser import Normaliser
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import normalised
from service.debunk.ranking import DEFAULT
from service.debunk.snapshot import Entry
from service.score.evidence import Fields

WIDTH, CLUSTERS = 384, 2_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Maker:
    """Makes claims, posts and vectors, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._numbers = np.random.default_rng(seed)
        written = Counter(filter(str.isalpha, "".join(ordinary_posts())))
        self._characters = list(written)
        shares = np.array(list(written.values()), np.float64)
        self._shares = shares / shares.sum()
        self._centres = self._numbers.normal(size=(CLUSTERS, WIDTH))

    def text(self, shortest: int, longest: int) -> str:
        """A text of so many characters."""
        length = self._random.randint(shortest, longest)
        chosen = self._numbers.choice(len(self._characters), size=length, p=self._shares)
        return "".join(self._characters[place] for place in chosen.tolist())

    def vectors(self, count: int) -> NDArray[np.float32]:
        """Vectors [count, WIDTH] of length 1."""
        chosen = self._numbers.integers(0, CLUSTERS, count)
        rows = self._centres[chosen] + 0.8 * self._numbers.normal(size=(count, WIDTH))
        return normalised(rows.astype(np.float32))


def build(maker: Maker, count: int) -> tuple[DebunkLibrary, list[Entry]]:
    """Make a library of entries with one other wording, an answer and a vector each."""
    entries = [
        Entry(
            f"e{number}",
            Debunk.model_construct(
                claim=maker.text(12, 30),
                variants=(maker.text(12, 30),),
                verdict="false",
                summary=maker.text(60, 120),
            ),
            "1",
        )
        for number in range(count)
    ]
    rows = maker.vectors(count)
    library = DebunkLibrary(Normaliser())
    library.ranking = replace(DEFAULT, words=0.5, unrelated=0.0, spread=0.1)
    start = time.process_time()
    library.load(entries, {entry.id: rows[place][None] for place, entry in enumerate(entries)})
    print(f"{count:,} entries indexed in {time.process_time() - start:.1f} s of one core")
    return library, entries


def ask(library: DebunkLibrary, posts: list[Fields], vectors: NDArray[np.float32] | None) -> str:
    """Search every post and return the processor's milliseconds at p50, p95 and p99.

    Time of the processor, not of the clock: a shared machine gives others their turns in between.
    """
    times = []
    for place, post in enumerate(posts):
        embedding = None if vectors is None else vectors[place][None]
        start = time.process_time()
        library.find(post, embedding, NOW)
        times.append(1000 * (time.process_time() - start))
    return "  ".join(f"p{q} {np.percentile(times, q):6.2f} ms" for q in (50, 95, 99))


def main() -> None:
    """Build, ask, add."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=300)
    settings = parser.parse_args()
    maker, normaliser = Maker(), Normaliser()
    library, entries = build(maker, settings.entries)
    vectors = maker.vectors(settings.posts)
    for name, length in (("60 characters", 60), ("500 characters", 500), ("20,000", 20_000)):
        posts = [
            Fields(normaliser(maker.text(length, length)), 0)
            for _ in range(settings.posts if length < 20_000 else 20)
        ]
        print(f"{name:15} words and meaning  {ask(library, posts, vectors)}")
        print(f"{name:15} words alone        {ask(library, posts, None)}")
    known = [Fields(normaliser(f"听说{entry.content.claim}"), 0) for entry in entries[:200]]
    found = [[match.id for match in library.find(post, None, NOW)] for post in known]
    first = sum(ids[:1] == [entry.id] for ids, entry in zip(found, entries, strict=False))
    print(f"of {len(known)} posts that repeat a claim, {first} find it first")
    start = time.process_time()
    new = Entry("new", Debunk.model_construct(claim=maker.text(20, 20), verdict="false"), "1")
    library.load([*entries, new], {})
    print(f"an entry more takes effect after {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    main()
