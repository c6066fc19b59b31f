"""What is read again beside a user's posts, so that nothing is forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import data
from data.prepare import is_prepared
from data.readers import read_examples
from data.schema import Example
from data.split import TRAIN

SAMPLE = Path(data.__file__).parent / "sample"


def rehearsal(
    paths: Sequence[Path], names: Sequence[str], most: int, own: Iterable[Example]
) -> list[Example]:
    """Return at most `most` posts under `paths` that know one of `names`, none among `own`.

    Sources take turns, so that a large one does not push a small one out; of a folder that
    `mingjian data prepare` wrote, only training posts are read. Raises InvalidInput for bad rows.
    """
    taken = {example.id for example in own} | {example.text for example in own}
    by_source: dict[str, list[Example]] = {}
    for example in read_examples(_training_files(paths)):
        if (
            example.id not in taken
            and example.text not in taken
            and set(example.labels) & set(names)
        ):
            by_source.setdefault(example.source, []).append(example)
    queues = [sorted(posts, key=_drawn) for _, posts in sorted(by_source.items())]
    chosen: list[Example] = []
    for turn in range(max(map(len, queues), default=0)):
        chosen += [queue[turn] for queue in queues if turn < len(queue)]
        if len(chosen) >= most:
            break
    return chosen[:most]


def _training_files(paths: Sequence[Path]) -> list[Path]:
    return [
        path / f"{TRAIN}.jsonl.gz" if path.is_dir() and is_prepared(path) else path
        for path in paths
    ]


def _drawn(example: Example) -> bytes:
    return hashlib.sha256(f"rehearsal/{example.id}".encode()).digest()
