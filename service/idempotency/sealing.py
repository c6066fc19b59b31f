"""What is kept of a request and its answer, so that the table alone tells neither.

An answer may quote posts, whatever `store` says. So it is kept sealed with a key stream that only
the request itself yields: SHAKE-256 (FIPS 202) over a random nonce and the whole request, which is
not stored. Whoever asks again has the request; whoever has only the table has noise. The nonce is
new for every answer, so no key stream is used twice.
"""

from __future__ import annotations

import hashlib
import zlib


def hash_request(nonce: bytes, request: bytes) -> bytes:
    """Return 32 bytes that tell this request from others, and its text to nobody."""
    return hashlib.sha256(b"mingjian request\0" + nonce + request).digest()


def seal(nonce: bytes, request: bytes, answer: bytes) -> bytes:
    """Compress an answer and seal it with its request."""
    return _mask(nonce, request, zlib.compress(answer, 1))


def unseal(nonce: bytes, request: bytes, sealed: bytes) -> bytes:
    """Return the answer that was sealed with the same nonce and request."""
    return zlib.decompress(_mask(nonce, request, sealed))


def _mask(nonce: bytes, request: bytes, content: bytes) -> bytes:
    stream = hashlib.shake_256(b"mingjian answer\0" + nonce + request).digest(len(content))
    masked = int.from_bytes(content, "little") ^ int.from_bytes(stream, "little")
    return masked.to_bytes(len(content), "little")
