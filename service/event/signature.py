"""The signature by which a receiver knows that an event comes from this service.

`t=SECONDS,v1=HEX`: HMAC-SHA256 (RFC 2104) with the shared secret over the time, a full stop and the
body as sent. A receiver computes the same, compares in constant time, and refuses old times.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Mingjian-Signature"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header for a body sent at `timestamp` (seconds since 1970)."""
    message = f"{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
