"""Spans that lie over other spans, found without comparing every pair."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Span = tuple[int, int]


class Cover:
    """Answers which of its spans lies over another."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(set(spans))
        self._starts = [span[0] for span in ordered]
        # Of all spans up to each one, that which reaches furthest.
        self._furthest: list[Span] = []
        for span in ordered:
            last = self._furthest[-1] if self._furthest else span
            self._furthest.append(span if span[1] >= last[1] else last)

    def over(self, span: Span) -> Span | None:
        """Return a span that covers this one, or is the same; None if there is none."""
        place = bisect_right(self._starts, span[0])
        if place == 0:
            return None
        furthest = self._furthest[place - 1]
        return furthest if furthest[1] >= span[1] else None


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that lie inside no other, in order."""
    kept: list[Span] = []
    reached = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > reached:
            kept.append((start, end))
            reached = end
    return kept


def bounded(text: str, start: int, end: int) -> bool:
    """Tell whether Latin letters and digits at the ends of a word end there in the text too.

    Letters and digits bound each other: `vx` stands in 加vx123, and not in 加vxr.
    """
    return not (
        (start and _same_class(text[start - 1], text[start]))
        or (end < len(text) and _same_class(text[end - 1], text[end]))
    )


def _same_class(left: str, right: str) -> bool:
    # Plain ASCII: what looks like it has been normalised to it.
    return (
        left.isascii()
        and right.isascii()
        and ((left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit()))
    )
