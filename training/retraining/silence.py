"""What a rehearsed post says of a label that it has never heard of: that it does not hold.

A new label's own posts are of one forum. Trained on them alone it fires on whatever else differs
from its negatives, so the posts of the rehearsal, which are of every register, count as negatives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from data.schema import Example

Beside = Mapping[str, frozenset[str]]


def held_beside(own: Iterable[Example], added: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return, by new label, the other labels that own posts with it hold as well."""
    found: dict[str, set[str]] = {name: set() for name in added}
    for example in own:
        holds = {name for name, value in example.labels.items() if value == 1}
        for name in holds & found.keys():
            found[name] |= holds - {name}
    return {name: frozenset(others) for name, others in found.items()}


def without_new_labels(
    examples: Sequence[Example], beside: Beside, own_sources: Collection[str]
) -> list[Example]:
    """Return the posts, those not of the user with 0 for every new label that they do not know.

    A post stays unknown where it holds a label that own posts with the new one hold too.
    """
    return [
        example
        if example.source in own_sources
        else example.model_copy(update={"labels": _denied(example, beside) | example.labels})
        for example in examples
    ]


def _denied(example: Example, beside: Beside) -> dict[str, int]:
    holds = {name for name, value in example.labels.items() if value == 1}
    return {name: 0 for name, others in beside.items() if not holds & others}
