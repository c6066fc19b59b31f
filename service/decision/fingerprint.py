"""Keyed fingerprints: whoever has the database without the key cannot try texts against them."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from models.errors import InvalidInput

KEY_BYTES = 32
# Where PostgreSQL holds the data, the key stays on this machine.
FOLDER = Path("var")
FILE = "fingerprint.key"


class Fingerprints:
    """HMAC-SHA-256 of texts and of author ids, as 64 hexadecimal digits."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Copied for every post: a digest from the key itself lets another thread in.
        self._text = hmac.new(key, b"text\0", "sha256")
        self._author = hmac.new(key, b"author\0", "sha256")

    @classmethod
    def open(cls, secret: str | None, database: Path | None) -> Fingerprints:
        """Take the key of MINGJIAN_FINGERPRINT_KEY, or the one kept beside the database file.

        The first call makes that one, readable by its owner only; without a database file it is
        kept in `var/`. Raises InvalidInput when it can neither be read nor made.
        """
        if secret:
            return cls(secret.encode())
        return cls(_kept_key((database.parent if database else FOLDER) / FILE))

    def of_text(self, normalised: str) -> str:
        """Fingerprint a normalised post: the same for every disguise that is undone."""
        return _digest(self._text, normalised)

    def of_author(self, author_id: str) -> str:
        """Fingerprint an author id."""
        return _digest(self._author, author_id)

    def derived(self, purpose: bytes) -> bytes:
        """Return a key for another purpose, from which this one cannot be found."""
        return hmac.digest(self._key, b"key\0" + purpose, "sha256")


def _digest(begun: hmac.HMAC, value: str) -> str:
    digest = begun.copy()
    digest.update(value.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _kept_key(file: Path) -> bytes:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        key = bytes.fromhex(file.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"The key of the fingerprints, {file}, can neither be read nor made "
            f"({type(error).__name__}). Make it readable, or set MINGJIAN_FINGERPRINT_KEY."
        ) from error
    if len(key) < KEY_BYTES:
        raise InvalidInput(
            f"{file} holds no key of {KEY_BYTES} bytes. Put the right file back, or remove it to "
            "begin anew: fingerprints made until now will then match no text any more."
        )
    return key


def _make(file: Path) -> None:
    """Write a new key so that two processes at once end with the same one, complete."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES).hex())
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        # Another process was first, and its key is the one.
        return
    finally:
        draft.unlink()
