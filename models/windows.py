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


def window_starts(count: int, settings: WindowSettings, room: int) -> tuple[int, ...]:
    """Return where each window of `count` token ids begins; `room` of them fit into one.

    Neighbouring windows share `settings.overlap` tokens. The last window is moved back so that it
    is full too: a rest of a few tokens alone would be judged without its context. Raises
    ReleaseError when a window could not advance.
    """
    step = room - settings.overlap
    if step < 1:
        raise ReleaseError(
            f"a window of {settings.length} tokens with an overlap of {settings.overlap} leaves no "
            "room to advance; choose a longer window or a smaller overlap"
        )
    if count <= room:
        return (0,)
    last = count - room
    return (*range(0, last, step), last)


def split_windows(
    ids: Sequence[int],
    settings: WindowSettings,
    prefix: TokenIds = (),
    suffix: TokenIds = (),
) -> tuple[TokenIds, ...]:
    """Divide token ids into windows that together hold every one of them.

    Each window is `prefix` + a piece of `ids` + `suffix` and at most `settings.length` long. No ids
    give one window of the special tokens alone. Raises ReleaseError as `window_starts`.
    """
    room = settings.length - len(prefix) - len(suffix)
    starts = window_starts(len(ids), settings, room)
    return tuple((*prefix, *ids[start : start + room], *suffix) for start in starts)


def join_title(title: str, text: str) -> tuple[str, int]:
    """Put the title before the text and return what is read and where the text begins in it.

    Both stay as they are, so that places in what is read are places in what was sent. A text that
    already begins with its title is left alone, and so is one without a title.
    """
    words = title.strip()
    if not words or text.lstrip().startswith(words):
        return text, 0
    return f"{title}\n{text}", len(title) + 1
