"""The frame around every request: its id, its timing, its log line, and the net under bugs."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import structlog
from fastapi import Request
from opentelemetry.trace import Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import Internal, problem_response
from service.identifiers import request_id
from service.metrics.service import Metrics
from service.stages import Stages
from service.tracing import trace_stages, tracer_of

log = structlog.get_logger("service.request")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
UNMATCHED = "unmatched"


class RequestFrame:
    """ASGI middleware; `request.state` gets `request_id` and `stages`.

    `using` is entered for the time of a request: it keeps open what the request may need.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        using: Callable[[], AbstractContextManager[None]] = nullcontext,
        tracer: Tracer | None = None,
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.using = using
        self.tracer = tracer or tracer_of()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connection pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.state.request_id = identity = request_id(request.headers.get("x-request-id"))
        request.state.stages = stages = Stages()
        status = 0

        async def framed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_headers(identity, stages)]
                trace_stages(self.tracer, stages, identity)
            await send(message)

        start = time.perf_counter()
        with self.using(), structlog.contextvars.bound_contextvars(request_id=identity):
            try:
                await self.app(scope, receive, framed_send)
            except Exception:  # The net: a bug becomes a 500 that tells nothing.
                log.exception("bug")
                if status:
                    raise
                request.state.error_code = Internal.code
                await problem_response(Internal(), identity)(scope, receive, framed_send)
            finally:
                self._record(request, status, time.perf_counter() - start)

    def _record(self, request: Request, status: int, seconds: float) -> None:
        method = request.method if request.method in METHODS else "other"
        # Never the address itself: it is the caller's text, and one label value for each.
        route = getattr(request.scope.get("route"), "path", UNMATCHED)
        stages: Stages = request.state.stages
        code = getattr(request.state, "error_code", None)
        self.metrics.answered(method, route, status, seconds, stages, code)
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            code=code,
            items=getattr(request.state, "items", None),
            key=getattr(request.state, "key_id", None),
            ms=round(seconds * 1000, 2),
            stages={name: round(spent * 1000, 2) for name, spent in stages.seconds.items()},
        )


def _headers(identity: str, stages: Stages) -> list[tuple[bytes, bytes]]:
    headers = [(b"x-request-id", identity.encode())]
    if stages.seconds:
        headers.append((b"server-timing", stages.header().encode()))
    return headers
