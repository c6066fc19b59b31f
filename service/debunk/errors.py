"""What the debunk library refuses."""

from __future__ import annotations

from models.errors import MingjianError


class UnknownDebunk(MingjianError):
    """No entry has this id."""

    status = 404
    code = "unknown_debunk"
    title = "Unknown debunk"
