"""How long a request is worked on: until its deadline, and only while someone waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from service.errors import ClientGone, DeadlineExceeded

T = TypeVar("T")


async def answer_in_time(request: Request, work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Return the result of `work`, which is cancelled when nobody needs it any more.

    The body of the request must have been read. Raises DeadlineExceeded after `seconds`, and
    ClientGone when the caller closes the connection.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_until_gone(request))
    try:
        done, _ = await asyncio.wait(
            {task, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if task in done:
            return task.result()
        if gone in done:
            raise ClientGone("The caller closed the connection before the answer was ready.")
        raise DeadlineExceeded(
            f"The posts were not scored within {seconds:g} seconds (MINGJIAN_DEADLINE_S). "
            "Send fewer or shorter posts in one request, or try again later."
        )
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
