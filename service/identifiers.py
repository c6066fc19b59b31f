"""Request ids: ULIDs, which sort by time (https://github.com/ulid/spec)."""

from __future__ import annotations

import re
import secrets
import threading
import time
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Two characters at a time: every result gets an id.
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class _Source:
    """Numbers that only grow, so that what is made within one millisecond stays in its order."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        drawn = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
        with self._lock:
            # A random step: the next id must not be guessed from the last.
            self._last = max(drawn, self._last + 1 + secrets.randbits(64))
            return self._last


_SOURCE = _Source()


def new_id() -> str:
    """Return a new ULID: 48 bits of milliseconds and 80 more as 26 characters.

    Those of one process sort in the order they were made.
    """
    return _encode(_SOURCE.next())


def first_id(moment: datetime) -> str:
    """Return the lowest ULID of a moment (aware, from 1970 on): ids made earlier sort before it."""
    return _encode(max(0, int(moment.timestamp() * 1000)) << 80)


def _encode(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -10, -10)])


def request_id(incoming: str | None) -> str:
    """Return the caller's id when it is short and plain, otherwise a new one."""
    return incoming if incoming and _ACCEPTED.fullmatch(incoming) else new_id()
