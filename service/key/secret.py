"""The text of an API key, `mj_ID_SECRET`, and what is kept of it.

The id is public and names the key in lists and logs. The secret is 32 random bytes; only its
SHA-256 is stored. A slow hash (bcrypt, Argon2) protects passwords because people choose guessable
ones; nobody can try 2^256 secrets at any speed, while a slow hash would cost every request
milliseconds and give attackers something cheap to exhaust us with.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

from service.identifiers import ALPHABET, new_id

PREFIX = "mj"
SECRET_BYTES = 32
_FORM = re.compile(
    rf"{PREFIX}_(?P<id>[{ALPHABET}]{{26}})_(?P<secret>[A-Za-z0-9_-]{{43}})", re.ASCII
)
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Secret:
    """A key's id and its secret half, which is never shown by accident."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The whole key as its owner sends it."""
        return f"{PREFIX}_{self.id}_{self.secret}"

    @property
    def hash(self) -> bytes:
        """What is stored of it."""
        return hashlib.sha256(self.secret.encode()).digest()

    def matches(self, stored: bytes | None) -> bool:
        """Tell in constant time whether this is the secret behind a stored hash.

        None, for a key that does not exist, takes as long and matches nothing.
        """
        same = compare_digest(self.hash, stored or _NOBODY)
        return same and stored is not None


def new_secret() -> Secret:
    """Return a new key."""
    return Secret(new_id(), secrets.token_urlsafe(SECRET_BYTES))


def read_secret(text: str) -> Secret | None:
    """Return the key that a text is, None when it is none."""
    match = _FORM.fullmatch(text)
    return Secret(match["id"], match["secret"]) if match else None
