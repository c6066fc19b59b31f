"""Dividing a post into clauses, the pieces that a reason may name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.normaliser import Normalised
from models.normaliser.trace import compiled

# Characters. Shorter pieces go with a neighbour; longer ones are cut into pieces of about PIECE.
SHORTEST = 3
LONGEST = 24
PIECE = 16
# How far from an even division a cut may move to a better place.
REACH = 5

PICTURE = r"[\p{Extended_Pictographic}--[\p{ASCII}]]"
# A clause ends behind each match.
END = compiled(
    r"""[。!?;…~]+['"”’)】」』]*
      | , (?!\d) | (?<!\d), | : (?![\d/]) | (?<=\D)\.\s
      | {p}(?:\u200d?{p})*
      | (?<=\p{Han})\s+ | \s+(?=\p{Han})""",
    p=PICTURE,
)
# A long clause is best cut before these words and behind these characters.
BEFORE = compiled(
    r"因为|所以|但是|不过|如果|而且|并且|或者|只要|只有|就|才|都|也|请|快|让|会|被|把|从|在|和|与|及|并"
)
BEHIND = frozenset("的了吗吧呢啊呀、 ")
READABLE = compiled(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Clause:
    """Characters `start` to `end` of a normalised text; `cut`: the one before was not over."""

    start: int
    end: int
    cut: bool = False


def split_clauses(normalised: Normalised, text_start: int = 0) -> list[Clause]:
    """Divide a normalised text into clauses that together hold all of it, in order.

    Clauses end at punctuation, at spaces beside Chinese, at emoji and where the original has a line
    end. What is too short to be a clause joins its neighbour, what is too long is cut. No clause
    reaches from a title into the text that begins at `text_start` of the original.
    """
    clauses: list[Clause] = []
    places = [0, *_ends(normalised), len(normalised.text)]
    border = bisect_left(normalised.starts, text_start) if text_start else 0
    title = [place for place in places if place < border]
    body = [place for place in places if place > border]
    for start, end in (
        *_joined(normalised, [*title, border]),
        *_joined(normalised, [border, *body]),
    ):
        cuts = [start, *_cuts(normalised.text, start, end), end]
        clauses += [Clause(a, b, cut=place > 0) for place, (a, b) in enumerate(pairwise(cuts))]
    return clauses


def _ends(normalised: Normalised) -> Iterator[int]:
    """Yield the places behind which a clause begins."""
    text, original = normalised.text, normalised.original
    places = {match.end() for match in END.finditer(text)}
    if "\n" in original:
        gaps = zip(normalised.ends, normalised.starts[1:], strict=False)
        for place, (start, (left, right)) in enumerate(
            zip(normalised.starts, gaps, strict=False), start=1
        ):
            if "\n" in original[start:left] or "\n" in original[left:right]:
                places.add(place)
    yield from sorted(place for place in places if 0 < place < len(text))


def _joined(normalised: Normalised, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pieces between places, those with little to read together with the one before."""
    held: tuple[int, int] | None = None
    for start, end in pairwise(places):
        if start == end:
            continue
        if held is None:
            held = start, end
        elif _short(normalised.text, *held) or _short(normalised.text, start, end):
            held = held[0], end
        else:
            yield held
            held = start, end
    if held is not None:
        yield held


def _short(text: str, start: int, end: int) -> bool:
    return len(READABLE.findall(text, start, end)) < SHORTEST


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Return where a clause is cut: evenly, moved to the nearest place where words part."""
    length = end - start
    if length <= LONGEST:
        return []
    pieces = -(-length // PIECE)
    cuts: list[int] = []
    for number in range(1, pieces):
        even = start + number * length // pieces
        near = sorted(range(even - REACH, even + REACH + 1), key=lambda place: abs(place - even))
        best = next((place for place in near if _parts(text, place)), even)
        if best > (cuts[-1] if cuts else start) and best < end:
            cuts.append(best)
    return cuts


def _parts(text: str, place: int) -> bool:
    return text[place - 1] in BEHIND or BEFORE.match(text, place) is not None
