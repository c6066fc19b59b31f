"""The golden self-test: a release must score its own sentences as it did when it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from models.errors import ReleaseError
from models.jsonfile import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

TOLERANCE = 0.02

Score = Callable[[Sequence[tuple[str, str]]], Sequence[Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Golden:
    """An own sentence with the probabilities, by short label, that its release must give."""

    text: str
    title: str
    scores: Mapping[str, float]


class GoldenMismatch(ReleaseError):
    """A release scores one of its golden sentences differently from what it promises."""

    def __init__(self, golden: Golden, label: str, got: float | None) -> None:
        self.golden = golden
        self.label = label
        self.expected = golden.scores[label]
        self.got = got
        found = "no score" if got is None else f"{got:.4f}"
        super().__init__(
            f"golden self-test failed on {golden.text!r}: {label} expected {self.expected:.4f}, "
            f"got {found} (tolerance {TOLERANCE}); fetch the release again, or try precision f32"
        )


def read_golden(path: Path) -> list[Golden]:
    """Read golden.jsonl; raises ReleaseError when it is empty or a line cannot be used."""
    lines = [line for line in read_bytes(path).splitlines() if line.strip()]
    if not lines:
        raise ReleaseError(
            f"{path} holds no sentence, so the release cannot be tested; export again"
        )
    return [_parse(line, number, path) for number, line in enumerate(lines, start=1)]


def write_golden(path: Path, sentences: Sequence[Golden]) -> None:
    """Write golden.jsonl, one sentence a line; an empty title is left out."""
    with path.open("wb") as file:
        for golden in sentences:
            title = {"title": golden.title} if golden.title else {}
            line = {"text": golden.text, **title, "scores": dict(golden.scores)}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def self_test(sentences: Sequence[Golden], score: Score) -> None:
    """Score every (title, text) and compare; raises GoldenMismatch on the first difference."""
    found = score([(golden.title, golden.text) for golden in sentences])
    for golden, scores in zip(sentences, found, strict=True):
        for label, expected in golden.scores.items():
            got = scores.get(label)
            if got is None or not abs(got - expected) <= TOLERANCE:
                raise GoldenMismatch(golden, label, got)


def _parse(line: bytes, number: int, path: Path) -> Golden:
    try:
        content = orjson.loads(line)
        scores = {str(name): float(value) for name, value in content["scores"].items()}
        golden = Golden(text=content["text"], title=content.get("title", ""), scores=scores)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReleaseError(
            f"{path} line {number} cannot be used ({error!r}); export again"
        ) from error
    if not scores:
        raise ReleaseError(f"{path} line {number} expects no score; export the release again")
    return golden
