"""Posts of which nothing is known but their text: for language adaptation and distillation."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from data.readers.lines import Damage, json_lines
from data.schema import Example
from models.errors import InvalidInput


def read_unlabelled(paths: Iterable[Path], posts: int, seed: int) -> list[Example]:
    """Return `posts` posts drawn from JSON lines `{"text": …}`, all of them where there are fewer.

    Their source is the name of their file. Raises InvalidInput naming the line that is wrong.
    """
    found: dict[tuple[str, int], str] = {}
    for path in paths:
        try:
            for row in json_lines(path):
                text = (row.record or {}).get("text")
                if row.problem or not isinstance(text, str):
                    problem = row.problem or 'needs a "text"'
                    raise InvalidInput(f"{path}, line {row.line}: {problem}")
                if text.strip():
                    found[path.name.partition(".")[0], row.line] = text
        except (OSError, Damage) as error:
            raise InvalidInput(f"{path} cannot be read: {error}") from error
    drawn = random.Random(seed).sample(sorted(found), min(posts, len(found)))
    return [
        Example(id=f"{source}-{line:06d}", source=source, text=found[source, line], labels={})
        for source, line in drawn
    ]
