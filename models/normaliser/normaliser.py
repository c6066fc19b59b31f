"""The normaliser as one list of steps; its version travels in every release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.errors import ReleaseError
from models.normaliser.characters import fold, simplify
from models.normaliser.disguise import join_separated, shorten_repeats
from models.normaliser.marks import neutralise, trim
from models.normaliser.trace import Normalised, Trace

VERSION = "1"
STEPS: tuple[Callable[[Trace], None], ...] = (
    fold,
    simplify,
    shorten_repeats,
    neutralise,
    join_separated,
    shorten_repeats,
    trim,
)


class Normaliser:
    """Turns a post into the text the model reads, with a map back to the original."""

    version = VERSION

    def __call__(self, text: str) -> Normalised:
        """Normalise `text`; offsets count Unicode code points. Never raises on a `str`."""
        trace = Trace(text)
        for step in STEPS:
            step(trace)
        return trace.finish(text)

    def to_json(self) -> dict[str, object]:
        """Return what a release stores of the normaliser."""
        return {"version": self.version, "steps": [step.__name__ for step in STEPS]}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Normaliser:
        """Return the normaliser a release was trained with; ReleaseError if this code lacks it."""
        if stored.get("version") != VERSION:
            raise ReleaseError(
                f"the release was trained with normaliser {stored.get('version')!r}, this code "
                f"has {VERSION!r}: retrain the release or install the code it came with"
            )
        return cls()
