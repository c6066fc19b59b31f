"""Reading a user's own Examples: every row good, or none is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.readers import BadRow, Row, read_rows
from data.schema import Example
from models.errors import FieldError, InvalidInput
from models.labels import public_name

SHOWN_FAULTS = 20
KNOWN = {"0": 0, "0.0": 0, "false": 0, "1": 1, "1.0": 1, "true": 1}
# Half of these are held out, and a threshold cannot be judged by fewer than 20.
LEAST_OF_A_CLASS = 40


@dataclass(slots=True)
class Own:
    """The user's Examples; `aside` counts the labels that nobody asked to train."""

    examples: list[Example] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)

    @property
    def sources(self) -> list[str]:
        """The names of their sources."""
        return sorted({example.source for example in self.examples})

    def count(self, name: str) -> tuple[int, int]:
        """Return how many posts have a label and how many are known not to have it."""
        counts = Counter(example.labels.get(name) for example in self.examples)
        return counts[1], counts[0]


def read_own(paths: Iterable[Path], names: Sequence[str], added: Sequence[str] = ()) -> Own:
    """Read Examples of the labels `names`, of which `added` are new.

    A new label stands among the labels of a row by its short or its public name, or in a column of
    its own. Raises InvalidInput naming file and line of every row that cannot be used, also of one
    whose new label is neither 0 nor 1, and where a new label has too few posts of a class.
    """
    own, faults, seen = Own(), [], dict[str, str]()
    for row, parsed in read_rows(paths):
        found = parsed if isinstance(parsed, BadRow) else _with_added(row, parsed, added)
        if isinstance(found, BadRow):
            faults.append(found)
            continue
        place = f"{row.file}:{row.line}"
        if found.id in seen:
            reason = f"id: {found.id!r} was used before at {seen[found.id]}"
            faults.append(BadRow(row.file, row.line, reason))
        seen.setdefault(found.id, place)
        own.examples.append(found)
        own.aside.update(set(found.labels) - set(names) - {public_name(name) for name in added})
    if faults:
        raise InvalidInput(
            f"bad rows: {len(faults)}; mend or remove them, nothing was trained. First: "
            f"{faults[0]}",
            errors=[
                FieldError(f"{bad.file}:{bad.line}", bad.reason) for bad in faults[:SHOWN_FAULTS]
            ],
        )
    _require_enough(own, names, added)
    return own


def _with_added(row: Row, example: Example, added: Sequence[str]) -> Example | BadRow:
    """Return the Example with its new labels, or what is wrong with one of them."""
    record: Mapping[str, Any] = row.record or {}
    labels: dict[str, int] = dict(example.labels)
    told: Mapping[str, Any] = record["labels"]
    for name in added:
        value = told.get(name, told.get(public_name(name), record.get(name)))
        if value is None or value == "":
            continue
        if str(value).strip().lower() not in KNOWN:
            return BadRow(row.file, row.line, f"labels.{name}: must be 0 or 1")
        labels[name] = KNOWN[str(value).strip().lower()]
    return example.model_copy(update={"labels": labels})


def _require_enough(own: Own, names: Sequence[str], added: Sequence[str]) -> None:
    if not any(set(example.labels) & set(names) for example in own.examples):
        found = ", ".join(name for name, _ in own.aside.most_common(10)) or "none"
        raise InvalidInput(
            f"no Example says anything of {', '.join(names)}; labels found: {found}. A new label "
            "is named with --add-label"
        )
    for name in added:
        positives, negatives = own.count(name)
        if min(positives, negatives) < LEAST_OF_A_CLASS:
            raise InvalidInput(
                f"{name} has {positives} positives and {negatives} negatives: bring at least "
                f"{LEAST_OF_A_CLASS} of each; a post that does not have the label must say 0"
            )
