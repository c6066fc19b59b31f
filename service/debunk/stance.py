"""How a post stands to a claim that it repeats: it asserts it, debunks it, or asks about it."""

from __future__ import annotations

from typing import Literal

import regex

from service.debunk.cues import (
    ASKS,
    DEBUNKS,
    NEGATION,
    NO_NEGATION,
    QUESTION,
    RHETORICAL,
    VOUCHES,
)

Stance = Literal["asserts", "debunks", "asks"]
Span = tuple[int, int]

# How far around the claim, and into a long post from either end, a cue may stand.
AROUND = 80
ENDS = 120
SHORT = 400
_SENTENCE_END = regex.compile(r"[。!?！？\n]")


def stance(text: str, claim: str, span: Span | None) -> Stance:
    """Return how a normalised post stands to `claim`.

    `span` is where the post repeats it word for word, or None when it was found by its meaning.
    In doubt a post asserts: only a cue that can be named says otherwise.
    """
    context = _context(text, span)
    vouched = VOUCHES.search(context) is not None
    rest = VOUCHES.sub("|", context)
    # 靠不靠谱 asks and denies nothing.
    told = NO_NEGATION.sub("|", rest)
    if DEBUNKS.search(told) or (span and denies(text[span[0] : span[1]], claim)):
        return "debunks"
    if not vouched and (ASKS.search(rest) or _asks_itself(text, span)):
        return "asks"
    return "asserts"


def denies(passage: str, claim: str) -> bool:
    """Tell whether one of two nearly equal sentences denies what the other says.

    They do when one has an odd number of negations more than the other.
    """
    return (negations(passage) - negations(claim)) % 2 == 1


def negations(text: str) -> int:
    """Return how often a text says no."""
    return sum(1 for _ in NEGATION.finditer(NO_NEGATION.sub("|", text)))


def _context(text: str, span: Span | None) -> str:
    if len(text) <= SHORT:
        return text
    if span is None:
        return f"{text[:ENDS]}\n{text[-ENDS:]}"
    around = text[max(0, span[0] - AROUND) : span[1] + AROUND]
    return around if span[0] <= ENDS else f"{text[:ENDS]}\n{around}"


def _asks_itself(text: str, span: Span | None) -> bool:
    sentence = _sentence(text, span) if span else (text if len(text) <= AROUND else "")
    return QUESTION.search(sentence) is not None and RHETORICAL.search(sentence) is None


def _sentence(text: str, span: Span) -> str:
    """Return the sentence around a span, its final mark included."""
    starts = [match.end() for match in _SENTENCE_END.finditer(text, 0, span[0])]
    end = _SENTENCE_END.search(text, max(span[1] - 1, span[0]))
    return text[starts[-1] if starts else 0 : end.end() if end else len(text)]
