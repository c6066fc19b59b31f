"""Sliding windows over token ids: long text is read in overlapping pieces and never cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

TokenIds = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Lengths in tokens: `length` with the special tokens, `overlap` without them."""

    length: int = 128
    overlap: int = 32

    def to_json(self) -> dict[str, int]:
        """Return the settings as they are kept in a release."""
        return {"length": self.length, "overlap": self.overlap}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WindowSettings:
        """Read settings; raises ReleaseError when a window could not advance."""
        try:
            settings = cls(length=int(content["length"]), overlap=int(content["overlap"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ReleaseError(
                f"windows need a length and an overlap in tokens: {error}"
            ) from error
        if settings.length < 1 or settings.overlap < 0:
            raise ReleaseError(f"windows cannot have {settings}; correct calibration.json")
        return settings


def split_windows(
    ids: Sequence[int],
    settings: WindowSettings,
    prefix: TokenIds = (),
    suffix: TokenIds = (),
) -> tuple[TokenIds, ...]:
    """Divide token ids into windows that together hold every one of them.

    Each window is `prefix` + a piece of `ids` + `suffix` and at most `settings.length` long;
    neighbouring pieces share `settings.overlap` tokens. The last window is moved back so that it
    is full too: a rest of a few tokens alone would be judged without its context. No ids give one
    window of the special tokens alone. Raises ReleaseError when a window could not advance.
    """
    room = settings.length - len(prefix) - len(suffix)
    step = room - settings.overlap
    if step < 1:
        raise ReleaseError(
            f"a window of {settings.length} tokens with an overlap of {settings.overlap} leaves no "
            "room to advance; choose a longer window or a smaller overlap"
        )
    if len(ids) <= room:
        starts = [0]
    else:
        last = len(ids) - room
        starts = [*range(0, last, step), last]
    return tuple((*prefix, *ids[start : start + room], *suffix) for start in starts)


def join_title(title: str, text: str) -> tuple[str, int]:
    """Put the title before the text and return what is read and where the text begins in it.

    A text that already begins with its title is left as it is, and so is one without a title.
    """
    title = title.strip()
    if not title or text.lstrip().startswith(title):
        return text, 0
    return f"{title}\n{text}", len(title) + 1
