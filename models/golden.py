"""The golden self-test: a release must score its own sentences as it did when it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from models.errors import ReleaseError
from models.jsonfile import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

# Largest difference of a probability that another processor may make, by precision. Eight bits are
# held against scores of their own: a rounding that falls otherwise travels through the layers.
TOLERANCES = {"f32": 0.005, "bf16": 0.02, "int8": 0.05}
# Largest difference of a probability that padding may make, in any precision.
PADDING_TOLERANCE = 0.005

Score = Callable[[Sequence[tuple[str, str]]], Sequence[Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Golden:
    """An own sentence with the probabilities, by short label, that its release must give.

    `scores` are those in f32; `int8` those of the int8 graph, empty where a release has none.
    """

    text: str
    title: str
    scores: Mapping[str, float]
    int8: Mapping[str, float] = field(default_factory=dict)

    def expected(self, precision: str) -> Mapping[str, float]:
        """Return what must be given in a precision."""
        return self.int8 if precision == "int8" else self.scores


@dataclass(frozen=True, slots=True)
class Difference:
    """A score that is not the expected one; `got` is None where there is no score of the label."""

    golden: Golden
    label: str
    expected: float
    got: float | None

    @property
    def size(self) -> float:
        """How far apart they are; infinite where there is no number to compare."""
        if self.got is None or self.got != self.got:
            return float("inf")
        return abs(self.got - self.expected)


class GoldenMismatch(ReleaseError):
    """A release scores golden sentences differently from what it promises."""

    def __init__(self, differences: Sequence[Difference], scores: int, precision: str) -> None:
        worst = max(differences, key=lambda difference: difference.size)
        self.differences = tuple(differences)
        self.worst = worst
        found = "no score" if worst.got is None else f"{worst.got:.4f}"
        remedy = "" if precision == "f32" else ", or try precision f32"
        super().__init__(
            f"golden self-test failed in {precision}: {len(differences)} of {scores} scores differ "
            f"by more than {TOLERANCES[precision]}, most on {worst.golden.text!r}: {worst.label} "
            f"expected {worst.expected:.4f}, got {found}; fetch the release again{remedy}"
        )


class PaddingMismatch(ReleaseError):
    """A score changes with the padding of its row: this machine runs the graph wrongly."""

    def __init__(self, worst: Difference, precision: str) -> None:
        self.worst = worst
        found = "no score" if worst.got is None else f"{worst.got:.4f}"
        super().__init__(
            f"golden self-test failed in {precision}: padding changes scores on this processor, "
            f"most on {worst.golden.text!r}: {worst.label} {worst.expected:.4f}, padded by one "
            f"step more {found}; set MINGJIAN_PRECISION to bf16 or f32, or run `mingjian tune`, "
            "which leaves out what fails so"
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
            int8 = {"int8": dict(golden.int8)} if golden.int8 else {}
            line = {"text": golden.text, **title, "scores": dict(golden.scores), **int8}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def self_test(
    sentences: Sequence[Golden], score: Score, precision: str
) -> Sequence[Mapping[str, float]]:
    """Score every (title, text), compare with what is expected in a precision, return the scores.

    Raises GoldenMismatch that names the worst difference, and ReleaseError where nothing is
    expected in this precision.
    """
    if not all(golden.expected(precision) for golden in sentences):
        raise ReleaseError(
            f"the golden sentences hold no scores in {precision}; export the release again, or try "
            "precision f32"
        )
    found = score([(golden.title, golden.text) for golden in sentences])
    compared = [
        Difference(golden, label, expected, scores.get(label))
        for golden, scores in zip(sentences, found, strict=True)
        for label, expected in golden.expected(precision).items()
    ]
    wrong = [difference for difference in compared if difference.size > TOLERANCES[precision]]
    if wrong:
        raise GoldenMismatch(wrong, len(compared), precision)
    return found


def padding_test(
    sentences: Sequence[Golden],
    scores: Sequence[Mapping[str, float]],
    further: Score,
    precision: str,
) -> None:
    """Compare `scores` with those of the same rows padded by one step more.

    Raises PaddingMismatch that names the worst difference.
    """
    padded = further([(golden.title, golden.text) for golden in sentences])
    compared = [
        Difference(golden, label, expected, found.get(label))
        for golden, alone, found in zip(sentences, scores, padded, strict=True)
        for label, expected in alone.items()
    ]
    worst = max(compared, key=lambda difference: difference.size)
    if worst.size > PADDING_TOLERANCE:
        raise PaddingMismatch(worst, precision)


def _parse(line: bytes, number: int, path: Path) -> Golden:
    try:
        content = orjson.loads(line)
        scores = _numbers(content["scores"])
        golden = Golden(
            text=content["text"],
            title=content.get("title", ""),
            scores=scores,
            int8=_numbers(content.get("int8", {})),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReleaseError(
            f"{path} line {number} cannot be used ({error!r}); export again"
        ) from error
    if not scores:
        raise ReleaseError(f"{path} line {number} expects no score; export the release again")
    return golden


def _numbers(scores: Mapping[str, float]) -> dict[str, float]:
    return {str(name): float(value) for name, value in scores.items()}
