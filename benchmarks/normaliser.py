"""What a reading costs: microseconds a post of 60 characters, by kind of post and by step.

Run with `.venv/bin/python benchmarks/normaliser.py`; it needs nothing but the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

from models.normaliser import Normaliser
from models.normaliser.normaliser import STEPS
from models.normaliser.trace import Trace

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
SENTENCES = ROOT / "tests" / "models" / "normaliser"
LENGTH = 60


def main() -> None:
    """Measure posts by kind, then each step."""
    options = parse_options()
    kinds = {
        "ordinary": posts(sorted(SAMPLE.glob("ordinary_*.jsonl")), options.posts),
        "flagged": posts(sorted(set(SAMPLE.glob("*.jsonl")) - ordinary_files()), options.posts),
        "disguised": posts([SENTENCES / "disguised.jsonl"], options.posts),
        "false friends": posts([SENTENCES / "ordinary.jsonl"], options.posts),
    }
    kinds["all"] = [post for some in kinds.values() for post in some]
    print(f"microseconds of processor time a post of {LENGTH} characters, best of {options.runs}")
    normaliser = Normaliser()
    for kind, some in kinds.items():
        print(f"{kind:15} {len(some):5} posts {cost(normaliser, some, options.runs):8.1f}")
    print("\nsteps, first round, all posts (the clock itself costs about 0.3)")
    for name, spent in steps(kinds["all"], options.runs):
        print(f"{name:18} {spent:6.1f}")


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=500, help="posts of each kind")
    parser.add_argument("--runs", type=int, default=7, help="runs of which the best counts")
    return parser.parse_args()


def ordinary_files() -> set[Path]:
    """Return the files of the sample that hold ordinary posts."""
    return set(SAMPLE.glob("ordinary_*.jsonl"))


def posts(files: Sequence[Path], count: int) -> list[str]:
    """Return posts of exactly LENGTH characters, put together from what stands in `files`."""
    texts = [
        json.loads(line)["text"]
        for path in files
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    random.Random(7).shuffle(texts)
    whole = "\n".join(texts)
    while len(whole) < count * LENGTH:
        whole += "\n" + whole
    return [whole[place * LENGTH : (place + 1) * LENGTH] for place in range(count)]


def cost(normaliser: Normaliser, some: Sequence[str], runs: int) -> float:
    """Return the least processor microseconds of a post over several runs."""
    best = float("inf")
    for _ in range(runs + 1):  # the first fills the tables that remember characters
        began = time.thread_time()
        for post in some:
            normaliser(post)
        best = min(best, time.thread_time() - began)
    return best / len(some) * 1e6


def steps(some: Sequence[str], runs: int) -> list[tuple[str, float]]:
    """Return the least processor microseconds of each step over several runs."""
    best = [float("inf")] * len(STEPS)
    for _ in range(runs):
        spent = [0.0] * len(STEPS)
        for post in some:
            trace = Trace(post)
            for place, step in enumerate(STEPS):
                began = time.thread_time()
                step(trace)
                spent[place] += time.thread_time() - began
        best = list(map(min, best, spent))
    return [
        (step.__name__, seconds / len(some) * 1e6)
        for step, seconds in zip(STEPS, best, strict=True)
    ]


if __name__ == "__main__":
    main()
