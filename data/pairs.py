"""Pairs of a claim and the text that answers it: for training retrieval and for measuring it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.readers.lines import Damage, Row, json_lines
from data.schema import Example, describe
from models.errors import FieldError, InvalidInput

Side = Literal["train", "test"]
SHOWN_FAULTS = 20
ENDINGS = (".jsonl", ".jsonl.gz")
OWN = "own"
PAIRS = "pairs"


class Pair(BaseModel):
    """A query and the debunking text that answers it.

    `query_kind` says how the two came together: a `claim` was checked by the text, a `headline` is
    the text's own title and repeats its words. `verdict` is None where the source has none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    query: str = Field(min_length=1)
    debunk: str = Field(min_length=1)
    query_kind: Literal["claim", "headline"]
    verdict: Literal["false", "misleading", "unproven", "true"] | None = None
    source: str = Field("", alias="set")
    date: str | None = None


def read_pairs(paths: Iterable[Path]) -> Iterator[Pair]:
    """Yield every pair of JSON-lines files (.jsonl, .jsonl.gz) or of folders that hold such.

    Raises InvalidInput with file, line and reason of the first faults, after every good pair.
    """
    faults: list[FieldError] = []
    for path in _files(paths):
        for row in _rows(path):
            parsed = _parse(row)
            if isinstance(parsed, Pair):
                yield parsed
            else:
                faults.append(parsed)
    if faults:
        first = faults[0]
        raise InvalidInput(
            f"bad pairs: {len(faults)}. First: {first.pointer}: {first.detail}",
            errors=faults[:SHOWN_FAULTS],
        )


def split_of(pair: Pair) -> Side:
    """Return the side a pair lies on: SHA-256 of its debunking text, even is train, odd is test.

    It depends on that text alone, so that all queries of one text stay on one side, and training
    and measuring agree without a list of ids. Pairs of our own writing only teach.
    """
    if pair.source == OWN:
        return "train"
    digest = hashlib.sha256(pair.debunk.encode()).digest()
    return "test" if digest[-1] % 2 else "train"


def as_posts(pairs: Sequence[Pair]) -> list[Example]:
    """Return each text of the pairs once, as a post of the source `pairs` without labels."""
    texts = dict.fromkeys(text for pair in pairs for text in (pair.query, pair.debunk))
    return [
        Example(id=f"{PAIRS}-{place:06d}", source=PAIRS, text=text, labels={})
        for place, text in enumerate(texts)
    ]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.name.endswith(ENDINGS))
        elif path.is_file() and path.name.endswith(ENDINGS):
            yield path
        else:
            raise InvalidInput(f"{path} is no folder and no .jsonl file (.gz or not)")


def _rows(path: Path) -> Iterator[Row]:
    try:
        yield from json_lines(path)
    except Damage as damage:
        yield Row(path, damage.line, None, f"damaged gzip file ({damage}); write it again")


def _parse(row: Row) -> Pair | FieldError:
    place = f"{row.file}:{row.line}"
    if row.record is None:
        return FieldError(place, row.problem or "unreadable")
    try:
        return Pair.model_validate(row.record)
    except ValidationError as error:
        return FieldError(place, describe(error))
