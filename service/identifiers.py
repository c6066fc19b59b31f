"""Request ids: ULIDs, which sort by time (https://github.com/ulid/spec)."""

from __future__ import annotations

import re
import secrets
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def new_id() -> str:
    """Return a new ULID: 48 bits of milliseconds and 80 random bits as 26 characters."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -5, -5))


def request_id(incoming: str | None) -> str:
    """Return the caller's id when it is short and plain, otherwise a new one."""
    return incoming if incoming and _ACCEPTED.fullmatch(incoming) else new_id()
