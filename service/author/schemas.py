"""The wire form of a removal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.catalogue import author as texts
from service.wire import Wire


class ErasureReceipt(Wire):
    """What was removed."""

    receipt_id: Annotated[str, Field(description=texts.RECEIPT_ID)]
    author_id: Annotated[str, Field(description=texts.AUTHOR_ID)]
    deleted_at: Annotated[datetime, Field(description=texts.DELETED_AT)]
    removed: Annotated[dict[str, int], Field(description=texts.REMOVED)]
