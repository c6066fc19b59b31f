"""What the record refuses."""

from __future__ import annotations

from models.errors import MingjianError


class NotReplayable(MingjianError):
    """The text of a decision is not kept, so it cannot be scored again."""

    status = 409
    code = "not_replayable"
    title = "Decision cannot be replayed"
