"""What a caller without the right key is refused with."""

from __future__ import annotations

from models.errors import MingjianError
from service.errors import RetryLater


class KeyMissing(MingjianError):
    """The call needs a key and came without one."""

    status = 401
    code = "key_missing"
    title = "An API key is needed"


class KeyInvalid(MingjianError):
    """A key was sent and cannot be used."""

    status = 401
    code = "key_invalid"
    title = "The API key cannot be used"


class ScopeMissing(MingjianError):
    """The key is good, and not for this."""

    status = 403
    code = "scope_missing"
    title = "The API key may not do this"


class ForeignSite(MingjianError):
    """A browser sent the call on behalf of another web site."""

    status = 403
    code = "foreign_site"
    title = "Not for other web sites"


class OverQuota(RetryLater):
    """The key has used what it may send a minute or a day."""

    status = 429
    code = "over_quota"
    title = "The quota of the API key is used up"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


ACCESS_PROBLEMS = (KeyMissing, KeyInvalid, ScopeMissing, ForeignSite, OverQuota)
