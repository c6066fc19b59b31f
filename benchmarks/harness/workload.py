"""The posts that are measured with: drawn once with a fixed seed, in an order that is even."""

from __future__ import annotations

import gzip
import json
import random
import statistics
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
CORPORA = ROOT.parent / "shared" / "data" / "examples"
# Shares of the sources where the corpora are at hand: short posts and long, clean and disguised.
MIX = {
    "weibo21": 0.28,
    "ced": 0.12,
    "incident_comments": 0.20,
    "telegram_ads": 0.12,
    "weibo_ordinary": 0.16,
    "wefend_wechat_titles": 0.12,
}
LONGEST = 512
SEED = 20261122
# Posts of an even order between which lengths repeat.
_HAND = 50


def draw(files: Sequence[Path], posts: int) -> tuple[list[str], str]:
    """Return texts of at most LONGEST characters in an even order, and where they come from.

    Without `files` they are drawn from the corpora of MIX, or from our own sample where those are
    not at hand. The same call gives the same posts. Raises ValueError when there are none.
    """
    dice = random.Random(SEED)
    if not files and all((CORPORA / f"{name}.jsonl.gz").is_file() for name in MIX):
        texts: list[str] = []
        for name, share in MIX.items():
            found = read_texts(CORPORA / f"{name}.jsonl.gz")
            texts += dice.sample(found, min(len(found), round(share * posts)))
        return even_order(texts, dice), "corpora: " + ", ".join(
            f"{name} {share:.0%}" for name, share in MIX.items()
        )
    chosen = list(files) or sorted(SAMPLE.glob("*.jsonl"))
    texts = [text for path in chosen for text in read_texts(path)]
    if not texts:
        raise ValueError("no posts to measure with: name JSONL files with --posts")
    texts = dice.sample(texts, min(len(texts), posts))
    named = ", ".join(path.name for path in chosen) if files else "data/sample"
    return even_order(texts, dice), named


def read_texts(path: Path) -> list[str]:
    """Return the texts of a JSONL file, plain or gzipped, each cut at LONGEST characters."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    texts = (json.loads(line).get("text", "") for line in data.split(b"\n") if line.strip())
    return [text[:LONGEST] for text in texts if text.strip()]


def even_order(texts: Sequence[str], dice: random.Random) -> list[str]:
    """Shuffle texts so that every stretch of some fifty has about the lengths of the whole.

    A measurement that ends early has then seen posts as long as one that went on.
    """
    by_length = sorted(texts, key=len)
    hands = max(1, len(by_length) // _HAND)
    dealt = [by_length[hand::hands] for hand in range(hands)]
    dice.shuffle(dealt)
    for hand in dealt:
        dice.shuffle(hand)
    return [text for hand in dealt for text in hand]


def stream(texts: Sequence[str], repeated: float | None = None, seed: int = SEED) -> Iterator[str]:
    """Yield texts without end, going round them.

    With `repeated`, that share of the posts was sent among the last thousand before, and every
    other post carries a number of its own, so that it is new however often the texts go round.
    """
    if repeated is None:
        for place in count():
            yield texts[place % len(texts)]
    dice = random.Random(seed)
    recent: list[str] = []
    for place in count():
        if recent and dice.random() < repeated:
            yield dice.choice(recent)
            continue
        fresh = f"{texts[place % len(texts)]} {seed % 1000}{place}"
        recent.append(fresh)
        del recent[:-1000]
        yield fresh


def describe(texts: Sequence[str], source: str) -> dict[str, object]:
    """Return what a reader must know of the posts: how many, how long, from where."""
    lengths = [len(text) for text in texts]
    return {
        "posts": len(texts),
        "characters_median": statistics.median(lengths),
        "characters_mean": round(statistics.fmean(lengths), 1),
        "source": source,
        "seed": SEED,
    }


def write_texts(texts: Sequence[str], path: Path) -> Path:
    """Write texts as the JSON lines that the measuring processes and `mingjian score` read."""
    path.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts))
    return path
