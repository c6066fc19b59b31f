"""What is found in a post besides the model's scores: hits of words and rules, and debunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.normaliser import Normalised

HitSource = Literal["word", "rule"]
Field = Literal["title", "text"]
Suggestion = Literal["pass", "review", "block"]
Match = Literal["confirmed", "suggested"]


@dataclass(frozen=True, slots=True)
class Fields:
    r"""Title and text of a post as they are read together.

    `normalised` maps to code points of "title\ntext"; the text begins at `text_start` there.
    """

    normalised: Normalised
    text_start: int

    def locate(self, start: int, end: int) -> tuple[Field, int, int]:
        """Map a range of the normalised text to a range of one field as it was sent.

        A range that reaches over both fields is cut at the end of the title.
        """
        begin, stop = self.normalised.span(start, end)
        if begin >= self.text_start:
            return "text", begin - self.text_start, stop - self.text_start
        return "title", begin, min(stop, max(begin, self.text_start - 1))


@dataclass(frozen=True, slots=True)
class Hit:
    """A word list's or a rule's finding.

    `code` is stable, such as `word.LIST` or `rule.flood`; `label` is the short label a rule raises
    (score 1) or None; `kind` is what a word list wants; offsets count code points of `field` as
    sent; `note` says in Chinese what fired and why, for reviewers and members.
    """

    source: HitSource
    code: str
    field: Field
    start: int
    end: int
    text: str
    read_as: str
    kind: Literal["block", "review", "allow"] | None = None
    label: str | None = None
    note: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class DebunkMatch:
    """A known debunk that answers a post; `quoted`: the post debunks or asks, it does not claim."""

    id: str
    claim: str
    verdict: str
    summary: str
    url: str | None
    as_of: str | None
    match: Match
    similarity: float
    quoted: bool = False
