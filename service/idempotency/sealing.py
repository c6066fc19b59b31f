"""What is kept of a request and its answer, so that the table alone tells neither.

An answer may quote posts, whatever `store` says. So it is kept sealed with keys that only the
request itself yields, which is not stored, and with the secret of the service, which is not in the
database: encrypted with a stream of SHAKE-256 (FIPS 202) and then authenticated with HMAC-SHA-256
(encrypt-then-MAC, Bellare and Namprempre 2000). The base install has no AES. The nonce is new for
every answer, so no key is used twice.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib

TAG = 32


class SealBroken(ValueError):
    """What is kept was altered, or was sealed with another request or secret."""


class Seal:
    """Seals answers; `secret` is the service's own, empty where services share none."""

    def __init__(self, secret: bytes = b"") -> None:
        self._secret = hashlib.sha256(b"mingjian seal\0" + secret).digest()

    def hash_request(self, nonce: bytes, request: bytes) -> bytes:
        """Return 32 bytes that tell this request from others, and its text to nobody."""
        return self._derived(b"request", nonce, request)

    def seal(self, nonce: bytes, request: bytes, answer: bytes, about: bytes = b"") -> bytes:
        """Compress an answer and seal it with its request; `about` is kept beside it, in clear."""
        masked = self._masked(nonce, request, zlib.compress(answer, 1))
        return self._tag(nonce, request, masked, about) + masked

    def unseal(self, nonce: bytes, request: bytes, sealed: bytes, about: bytes = b"") -> bytes:
        """Return the answer that was sealed with the same nonce, request and `about`.

        Raises SealBroken.
        """
        tag, masked = sealed[:TAG], sealed[TAG:]
        if not hmac.compare_digest(tag, self._tag(nonce, request, masked, about)):
            raise SealBroken
        return zlib.decompress(self._masked(nonce, request, masked))

    def _tag(self, nonce: bytes, request: bytes, masked: bytes, about: bytes) -> bytes:
        key = self._derived(b"tag", nonce, request)
        return hmac.digest(key, len(about).to_bytes(4, "big") + about + masked, "sha256")

    def _masked(self, nonce: bytes, request: bytes, content: bytes) -> bytes:
        stream = hashlib.shake_256(self._derived(b"stream", nonce, request)).digest(len(content))
        masked = int.from_bytes(content, "little") ^ int.from_bytes(stream, "little")
        return masked.to_bytes(len(content), "little")

    def _derived(self, purpose: bytes, nonce: bytes, request: bytes) -> bytes:
        return hmac.digest(self._secret, purpose + b"\0" + nonce + request, "sha256")
