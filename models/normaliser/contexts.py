"""Contexts: beside which words a disguise is read, and where it is left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BESIDE = 12  # characters looked at before a disguise


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The conditions of one context; `None` means that nothing is asked there."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None
    unless_before: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
    both: bool

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Context:
        """Compile the patterns of a context."""
        names = ("before", "after", "anywhere", "unless_before", "unless_after")
        patterns = {name: re.compile(table[name]) if name in table else None for name in names}
        return cls(**patterns, both=bool(table.get("both")))

    def allows(self, text: str, begin: int, stop: int) -> bool | None:
        """Tell whether `text[begin:stop]` stands where this context wants it; `text` lower case.

        None leaves it to `anywhere`, which is asked once a text by the caller.
        """
        head = text[max(0, begin - BESIDE) : begin]
        if self.unless_before is not None and self.unless_before.search(head):
            return False
        if self.unless_after is not None and self.unless_after.match(text, stop):
            return False
        asked = []
        if self.before is not None:
            asked.append(self.before.search(head) is not None)
        if self.after is not None:
            asked.append(self.after.match(text, stop) is not None)
        if self.both:
            return all(asked)
        if any(asked) or not (asked or self.anywhere):
            return True
        return None if self.anywhere is not None else False
