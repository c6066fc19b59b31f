"""DELETE /authors/{id}/data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.convertors import StringConvertor, register_url_convertor

from service.author.schemas import ErasureReceipt
from service.catalogue import author as texts
from service.errors import Internal, InvalidRequest, NotReady
from service.key.access import AdminCaller
from service.score.schemas import MAX_ID
from service.state import StateDep
from service.store.errors import StoreError
from service.wire import problems

router = APIRouter(tags=[texts.TAG])


class AnyText(StringConvertor):
    """A part of a path that may hold slashes and line breaks.

    Nobody's data may be out of reach for the way they are called.
    """

    regex = "(?s:.+)"


register_url_convertor("any", AnyText())


@router.delete(
    "/authors/{author_id:any}/data",
    summary=texts.SUMMARY,
    description=texts.DESCRIPTION,
    responses=problems(InvalidRequest, NotReady, StoreError, Internal),
)
async def erase(
    state: StateDep,
    caller: AdminCaller,
    author_id: Annotated[
        str, Path(min_length=1, max_length=MAX_ID, description=texts.AUTHOR_ID, examples=["u1"])
    ],
) -> ErasureReceipt:
    """Remove a person's stored texts and ids."""
    return await state.domains.authors.erase(author_id, caller.key_id)
