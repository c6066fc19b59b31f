"""The wire forms of the health calls."""

from __future__ import annotations

from typing import Literal

from service.wire import Wire


class Live(Wire):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Wire):
    """The release has passed its self-test."""

    status: Literal["ready"] = "ready"
    release: str
