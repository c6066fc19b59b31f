"""Examples made on the spot."""

from __future__ import annotations

import random
from itertools import count
from pathlib import Path

import orjson

from data.schema import Example
from tests.tiny import CHARACTERS

_NUMBERS = count()
HAN = CHARACTERS[:300]


def post(
    text: str = "今天下雨，出门记得带伞。",
    source: str = "user",
    *,
    title: str | None = None,
    cluster: int | None = None,
    **labels: int,
) -> Example:
    """Return an Example with an id of its own; labels are those named."""
    return Example.model_validate(
        {
            "id": f"post-{next(_NUMBERS)}",
            "source": source,
            "register": "comment",
            "text": text,
            "title": title,
            "labels": labels,
            "cluster": cluster,
        }
    )


def random_text(chance: random.Random, length: int = 24) -> str:
    """Return characters that repeat no other post."""
    return "".join(chance.choices(HAN, k=length))


def write_posts(path: Path, examples: list[Example]) -> Path:
    """Write Examples as JSONL and return the path."""
    path.write_bytes(b"\n".join(orjson.dumps(example.to_record()) for example in examples))
    return path
