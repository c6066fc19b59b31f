"""From a place in a normalised post to what a reader sees there."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from service.score.evidence import Field, Fields


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a field as sent, `text` is `field[start:end]`, and how it was read."""

    field: Field
    start: int
    end: int
    text: str
    read_as: str


def passage(fields: Fields, start: int, end: int) -> Passage:
    """Return what stands at `[start, end)` of the normalised text, cut at the end of the title."""
    field, begin, stop = fields.locate(start, end)
    offset = fields.text_start if field == "text" else 0
    original = fields.normalised.original
    return Passage(
        field,
        begin,
        stop,
        original[offset + begin : offset + stop],
        fields.normalised.text[start:end],
    )


def passage_as_sent(fields: Fields, begin: int, stop: int, read_as: str | None = None) -> Passage:
    r"""Return what stands at `[begin, stop)` of the original "title\ntext", cut likewise."""
    original = fields.normalised.original
    if begin >= fields.text_start:
        field: Field = "text"
        offset = fields.text_start
    else:
        field, offset = "title", 0
        stop = min(stop, max(begin, fields.text_start - 1))
    text = original[begin:stop]
    return Passage(field, begin - offset, stop - offset, text, text if read_as is None else read_as)


def title_end(fields: Fields) -> int:
    """Return where the text begins in the normalised post; 0 without a title."""
    if fields.text_start == 0:
        return 0
    return bisect_left(fields.normalised.starts, fields.text_start)
