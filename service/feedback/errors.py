"""What feedback is refused with."""

from __future__ import annotations

from models.errors import MingjianError


class TextNotStored(MingjianError):
    """Feedback is of use only with its post, and the post was not kept or must not be."""

    status = 409
    code = "text_not_stored"
    title = "The post is not stored"
