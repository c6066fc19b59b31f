"""Who is behind a request, and what that caller may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from service.decision.record import StoreMode
from service.key.meter import Meter

Scope = Literal["score", "review", "admin"]

# Each scope holds those before it: who may decide over posts may score them, and who may change
# the rules may decide. One scope a key is then enough, and "review without score" cannot be asked.
SCOPES: tuple[Scope, ...] = get_args(Scope)


def scopes_of(scope: Scope) -> frozenset[Scope]:
    """Return a scope and all that it holds."""
    return frozenset(SCOPES[: SCOPES.index(scope) + 1])


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request; `key_id` is None for an open caller on loopback.

    `store` is the most that may be kept of the caller's posts, whatever policy and request say.
    """

    key_id: str | None
    scopes: frozenset[Scope]
    store: StoreMode = "text"
    meter: Meter | None = field(default=None, compare=False, repr=False)

    def charge(self, posts: int) -> None:
        """Count the posts of this request against the quota of the key.

        Every call has counted as one post before its endpoint began; this counts the others.
        Raises OverQuota and then counts none of them.
        """
        if self.meter is not None and posts > 1:
            self.meter.take(posts, counted=1)


OPEN = Caller(None, scopes_of("admin"))
