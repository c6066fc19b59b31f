"""What word lists, rules and the shipped debunks cost a post: microseconds of one core.

    python benchmarks/matching.py [FOLDER]

Posts are those of `data/sample` (or of FOLDER, `*.jsonl`), cut to 60 characters, normalised
beforehand. Lists: those shipped, and the same with 20,000 made-up words beside them. Debunks: what
they mean is made up, one vector a text, since only its size costs.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.debunks import read_shipped as read_debunks
from models.normaliser import Normaliser
from service.debunk.embedding import texts_of
from service.debunk.library import DebunkLibrary
from service.debunk.meaning import normalised
from service.debunk.ranking import DEFAULT
from service.debunk.snapshot import Entry
from service.rule.service import RuleBook
from service.score.evidence import Fields
from service.word.entries import Draft, WordList, read_entry, reading
from service.word.matcher import WordMatcher
from service.word.shipped import read_shipped
from service.word.snapshot import compile_lists

CHARACTERS = 60
MADE_UP = 20_000
ROUNDS = 20
WIDTH = 384
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def measure(name: str, posts: Sequence[Fields], match: Callable[[Fields], object]) -> None:
    """Print the median over the posts of each post's fastest round, and the 95th percentile."""
    best = []
    for post in posts:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter_ns()
            match(post)
            times.append(time.perf_counter_ns() - start)
        best.append(min(times) / 1000)
    high = statistics.quantiles(best, n=20)[-1]
    middle = statistics.median(best)
    print(f"{name:44} median {middle:6.1f} µs   p95 {high:6.1f} µs   max {max(best):6.1f} µs")


def made_up(count: int) -> WordList:
    """Return a list of random words of two to five common characters."""
    chance = random.Random(1)
    read = reading(Normaliser())
    letters = [chr(code) for code in range(0x4E00, 0x5600)]
    words = {"".join(chance.choices(letters, k=chance.randint(2, 5))) for _ in range(count)}
    entries = (read_entry(str(n), Draft(word), read) for n, word in enumerate(sorted(words)))
    return WordList("made-up", "review", tuple(entries))


def debunks(normaliser: Normaliser) -> DebunkLibrary:
    """Return the shipped library with made-up vectors that no post comes near."""
    numbers = np.random.default_rng(1)
    entries = [Entry(one.id, one.content, "1", shipped=True) for one in read_debunks()]
    library = DebunkLibrary(normaliser)
    library.load(
        entries,
        {
            one.id: normalised(numbers.normal(size=(len(texts_of(one.content)), WIDTH)))
            for one in entries
        },
    )
    library.ranking = replace(DEFAULT, words=0.65, spread=WIDTH**-0.5)
    return library


def main() -> None:
    """Measure and print."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data/sample")
    normaliser = Normaliser()
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open()]
    texts = [row["text"][:CHARACTERS] for row in rows if len(row["text"]) >= CHARACTERS]
    posts = [Fields(normaliser(text), 0) for text in texts]
    print(f"{len(posts)} posts of {CHARACTERS} characters")
    shipped = read_shipped(reading(normaliser))
    measure("WordMatcher.match, shipped lists", posts, WordMatcher(compile_lists(shipped)).match)
    lists = [*shipped, made_up(MADE_UP)]
    start = time.perf_counter()
    many = WordMatcher(compile_lists(lists))
    print(f"compiled {many.snapshot.entries:,} entries in {time.perf_counter() - start:.2f} s")
    measure(f"WordMatcher.match, {many.snapshot.entries:,} entries", posts, many.match)
    book = RuleBook()
    measure("RuleBook.match, no author", posts, lambda post: book.match(post, None, NOW))
    measure("RuleBook.match, with an author", posts, lambda post: book.match(post, "u1", NOW))
    library = debunks(normaliser)
    asked = normalised(np.random.default_rng(2).normal(size=(1, WIDTH)))
    measure("DebunkLibrary.find, by words", posts, lambda post: library.find(post, None, NOW))
    measure(
        "DebunkLibrary.find, words and meaning",
        posts,
        lambda post: library.find(post, asked, NOW),
    )


if __name__ == "__main__":
    main()
