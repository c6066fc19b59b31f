"""What the store refuses."""

from __future__ import annotations

from service.errors import RetryLater


class StoreError(RetryLater):
    """The database cannot be reached, is busy beyond patience, full or damaged."""

    status = 503
    code = "store_unavailable"
    title = "The store cannot be used"
