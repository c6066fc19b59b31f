"""What a post would score without some of its characters, re-reading only what changes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.calibration import Floats
from models.explain.clauses import Clause
from models.release import Release
from models.scorer import Spelling, pool_windows
from models.windows import TokenIds

# Windows of a long post that are looked at: those that speak loudest for the flagged labels.
MOST_WINDOWS = 3

Logits = NDArray[np.float32]
Part = Sequence[Clause]
# Yields windows of token ids, is sent their logits [windows, labels].
Reading = Generator[list[TokenIds], Logits, Floats]


@dataclass(frozen=True)
class Occlusion:
    """A post with the logits of its windows [windows, labels], ready to be read with gaps.

    Scores are those of the windows looked at, pooled: all windows of a post of up to MOST_WINDOWS,
    and of a longer one those in which `labels` (columns) are strongest.
    """

    release: Release
    spelling: Spelling
    logits: Logits
    labels: Sequence[int]

    @cached_property
    def windows(self) -> tuple[int, ...]:
        """The windows that are looked at, the strongest of each label in turn."""
        if len(self.logits) <= MOST_WINDOWS:
            return tuple(range(len(self.logits)))
        ranked = np.argsort(-self.logits[:, list(self.labels)], axis=0, kind="stable")
        return tuple(sorted(list(dict.fromkeys(ranked.ravel().tolist()))[:MOST_WINDOWS]))

    @cached_property
    def whole(self) -> Floats:
        """Log odds [labels] of the windows as they are, calibrated."""
        return self._log_odds(self.logits[list(self.windows)])

    def touched(self, part: Part) -> tuple[int, ...]:
        """Return which of the windows hold a token of a part: what reading without it costs."""
        return self._touched(self._tokens(part))

    def without(self, parts: Sequence[Part]) -> Reading:
        """Read the windows without each part alone; return log odds [parts, labels]."""
        gaps = [self._tokens(part) for part in parts]
        touched = [self._touched(gap) for gap in gaps]
        rows = [
            self._window(window, gap)
            for gap, windows in zip(gaps, touched, strict=True)
            for window in windows
        ]
        read = iter((yield rows) if rows else ())
        found = []
        for windows in touched:
            changed = {window: next(read) for window in windows}
            pieces = [changed.get(window, self.logits[window]) for window in self.windows]
            found.append(self._log_odds(np.stack(pieces)))
        return np.stack(found)

    def _tokens(self, part: Part) -> frozenset[int]:
        inside = {
            place
            for clause in part
            for place in range(*self._token_range(clause.start, clause.end))
        }
        return frozenset(inside)

    def _token_range(self, start: int, end: int) -> tuple[int, int]:
        # A token belongs to the clause that holds its first character.
        first, last = np.searchsorted(self._firsts, [start, end])
        return int(first), int(last)

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        return np.asarray([first for first, _ in self.spelling.places], dtype=np.int64)

    def _touched(self, tokens: frozenset[int]) -> tuple[int, ...]:
        return tuple(
            window for window in self.windows if not tokens.isdisjoint(self._window_tokens(window))
        )

    def _window_tokens(self, window: int) -> range:
        start = self.spelling.starts[window]
        return range(start, min(start + self.spelling.room, len(self.spelling.ids)))

    def _window(self, window: int, gap: frozenset[int]) -> TokenIds:
        spelling = self.spelling
        kept = (spelling.ids[n] for n in self._window_tokens(window) if n not in gap)
        return (*spelling.prefix, *kept, *spelling.suffix)

    def _log_odds(self, windows: Logits) -> Floats:
        names, calibration = self.release.labels, self.release.calibration
        pooled = pool_windows(windows, names, calibration).astype(np.float64)
        scalings = [calibration.scaling(name) for name in names]
        slopes = np.asarray([scaling.a for scaling in scalings])
        return np.asarray(pooled * slopes + np.asarray([scaling.b for scaling in scalings]))
