"""The normaliser as one list of steps; its version travels in every release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.errors import ReleaseError
from models.normaliser.changes import Explanation, Recorder
from models.normaliser.characters import fold, narrow, simplify
from models.normaliser.disguise import join_separated, shorten_repeats
from models.normaliser.marks import neutralise, read_links, trim
from models.normaliser.numbers import read_numbers
from models.normaliser.shapes import join_halves, read_lookalikes, read_martian
from models.normaliser.tables import tables
from models.normaliser.trace import Normalised, Trace
from models.normaliser.words import read_words

VERSION = "2"
STEPS: tuple[Callable[[Trace], None], ...] = (
    read_links,
    fold,
    simplify,
    read_lookalikes,
    shorten_repeats,
    read_links,
    neutralise,
    read_martian,
    read_numbers,
    join_separated,
    join_halves,
    read_words,
    narrow,
    shorten_repeats,
    trim,
)
# Undoing one disguise may uncover another; text that still changes after these stays as it is.
MOST_ROUNDS = 4


class Normaliser:
    """Turns a post into the text the model reads, with a map back to the original."""

    version = VERSION
    steps = STEPS

    def __call__(self, text: str) -> Normalised:
        """Normalise `text`; offsets count Unicode code points. Never raises on a `str`."""
        trace = Trace(text)
        self.rewrite(trace)
        return trace.finish(text)

    def explain(self, text: str) -> Explanation:
        """Normalise `text` and tell every change: what was written, what it reads as, and why.

        The reading is that of a call; only this way round costs more.
        """
        trace = Recorder(text)
        self.rewrite(trace)
        return trace.explain()

    def to_json(self) -> dict[str, object]:
        """Return what a release stores of the normaliser."""
        return {
            "version": self.version,
            "steps": [step.__name__ for step in self.steps],
            "tables": tables().fingerprint,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Normaliser:
        """Return the normaliser a release was trained with; ReleaseError if this code lacks it."""
        version = stored.get("version")
        if version != VERSION:
            raise ReleaseError(
                f"the release was trained with normaliser {version!r}, this code "
                f"has {VERSION!r}: retrain the release or install the code it came with"
            )
        return cls()

    def rewrite(self, trace: Trace) -> None:
        """Run the steps until they change nothing more."""
        for _ in range(MOST_ROUNDS):
            before = trace.text
            trace.restless = False
            for step in self.steps:
                step(trace)
            if trace.text == before or not trace.restless:
                return
