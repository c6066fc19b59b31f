"""What a reused Idempotency-Key is refused with."""

from __future__ import annotations

from models.errors import MingjianError
from service.errors import RetryLater

OTHER = (
    "This Idempotency-Key came before with another body or for another address. Send the "
    "same request again, or give a new request a new key, such as a random UUID."
)
ALTERED = (
    "The answer that was remembered for this Idempotency-Key was altered and cannot be repeated. "
    "GET /decisions lists what was recorded; send the request with a new key."
)


class IdempotencyConflict(MingjianError):
    """The key was used for another request."""

    status = 409
    code = "idempotency_conflict"
    title = "Idempotency-Key was used for another request"

    def __init__(self, detail: str = OTHER) -> None:
        super().__init__(detail)


class IdempotencyInProgress(RetryLater):
    """The first request with the key is still worked on, in another process."""

    status = 409
    code = "idempotency_in_progress"
    title = "The first request is still being worked on"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "A request with this Idempotency-Key is still being worked on. Send it again after "
            "the seconds in Retry-After; its answer will then be repeated."
        )
        self.retry_after = retry_after
