"""The exceptions of Mingjian.

MingjianError            a fault that is told to the person who caused it
├── InvalidInput         422  a value that cannot be used
└── ReleaseError         503  a release folder that cannot be served
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault inside an input: `pointer` is a JSON pointer (RFC 6901) to the value."""

    pointer: str
    detail: str


class MingjianError(Exception):
    """Base of every error with an HTTP status and a stable code; `detail` says what to do next."""

    status = 500
    code = "internal"
    title = "Internal error"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class InvalidInput(MingjianError):
    """A value that was understood and cannot be used."""

    status = 422
    code = "invalid_input"
    title = "Invalid input"


class ReleaseError(MingjianError):
    """A release folder that is missing, damaged or of an unknown format."""

    status = 503
    code = "release_invalid"
    title = "Release cannot be used"
