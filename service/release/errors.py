"""What is asked of a release that it cannot give."""

from __future__ import annotations

from models.errors import InvalidInput


class UnknownLabel(InvalidInput):
    """The release does not judge this label."""

    code = "unknown_label"
    title = "Unknown label"


class ReleaseRefused(InvalidInput):
    """A release that was asked for cannot be served; the one before goes on."""

    code = "release_refused"
    title = "Release refused"
