"""What a what-if cannot answer."""

from __future__ import annotations

from models.errors import InvalidInput


class NothingRecorded(InvalidInput):
    """There are no posts to try the change on."""

    code = "nothing_recorded"
    title = "No posts to try it on"


class UnreachableTarget(InvalidInput):
    """No thresholds keep to the reviews that are allowed."""

    code = "unreachable_target"
    title = "No thresholds reach this"
