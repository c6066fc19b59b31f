"""The door: while nothing more can be taken, POST /score is refused before anything is done for it.

Beyond capacity most requests are refusals, and what they cost is taken from those that are
answered: no body is read, no key looked up and no line logged for them; they are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import Overloaded, problem_response
from service.identifiers import request_id
from service.metrics.service import Metrics
from service.stages import Stages

ROUTE = "/score"


class Door:
    """ASGI middleware; `refusal` returns what to refuse with at the moment, None to let in."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, refusal: Callable[[], Overloaded | None]
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        asked = scope["type"] == "http" and scope["path"] == ROUTE and scope["method"] == "POST"
        error = self.refusal() if asked else None
        if error is None:
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identity = request_id(Headers(scope=scope).get("x-request-id"))
        response = problem_response(error, identity, **{"X-Request-Id": identity})
        await response(scope, receive, send)
        seconds = time.perf_counter() - began
        self.metrics.answered("POST", ROUTE, error.status, seconds, Stages(), error.code)
