"""Every refusal of the service, and the one place that turns it into `application/problem+json`.

MingjianError (models.errors)
├── InvalidInput, ReleaseError
├── NotJson              400  the body is not JSON
├── NotFound             404  no such address
├── MethodNotAllowed     405  the address takes another method
├── TooSlow              408  the body did not come to its end in time
├── TooLarge             413  body, items or characters over the limit
├── InvalidRequest       422  a field of the envelope, or of the only item
├── UnknownPolicy        422  no policy has this name
├── Overloaded           429  the queue is full
├── NotReady             503  the release is still being loaded
├── DeadlineExceeded     503  no answer within MINGJIAN_DEADLINE_S
└── ClientGone           499  nobody is left to read the answer
"""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from models.errors import FieldError, InvalidInput, MingjianError
from service.faults import pointer_to, say

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:mingjian:problem:"


class NotJson(MingjianError):
    """The body of a request is not JSON in UTF-8."""

    status = 400
    code = "not_json"
    title = "Body is not JSON"


class NotFound(MingjianError):
    """Nothing lives at this address."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(MingjianError):
    """The address exists and takes another method."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class TooSlow(MingjianError):
    """The body of a request did not come to its end in time."""

    status = 408
    code = "too_slow"
    title = "Body came too slowly"


class TooLarge(MingjianError):
    """More than one request may carry."""

    status = 413
    code = "too_large"
    title = "Request is too large"


class InvalidRequest(InvalidInput):
    """A fault of the envelope, or of the item where there is only one."""

    code = "invalid_request"
    title = "Request cannot be used"


class UnknownPolicy(InvalidInput):
    """The request names a policy that does not exist."""

    code = "unknown_policy"
    title = "Unknown policy"


class RetryLater(MingjianError):
    """A refusal that passes by itself; `retry_after` is in whole seconds."""

    retry_after = 1


class Overloaded(RetryLater):
    """The queue before the model is full."""

    status = 429
    code = "overloaded"
    title = "Too many posts are waiting"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "The queue is full. Send the request again after the seconds in Retry-After, "
            "or send fewer posts at a time."
        )
        self.retry_after = retry_after


class NotReady(RetryLater):
    """The release has not passed its self-test yet."""

    status = 503
    code = "not_ready"
    title = "Not ready"


class DeadlineExceeded(RetryLater):
    """The model did not get to the request in time."""

    status = 503
    code = "deadline_exceeded"
    title = "No answer in time"


class ClientGone(MingjianError):
    """The caller closed the connection; the status is for metrics and logs only."""

    status = 499
    code = "client_gone"
    title = "Client closed the connection"


class Internal(MingjianError):
    """A bug: what happened is in the log under the request id, and nowhere else."""

    def __init__(self) -> None:
        super().__init__(
            "This is a bug of the service. Report it with the request_id; "
            "the log holds what happened under the same id."
        )


def field_errors(errors: tuple[FieldError, ...]) -> list[dict[str, str]]:
    """Return the wire form of field errors."""
    return [{"pointer": error.pointer, "detail": error.detail} for error in errors]


def problem_response(error: MingjianError, request_id: str, **headers: str) -> Response:
    """Return the answer to a refused request (RFC 9457)."""
    problem: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
        "errors": field_errors(error.errors),
    }
    if isinstance(error, RetryLater):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, TooSlow):
        headers["Connection"] = "close"
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="mingjian"'
    return Response(orjson.dumps(problem), error.status, headers, media_type=MEDIA_TYPE)


def install_handlers(app: FastAPI) -> None:
    """Let every refusal of `app` leave as a problem; bugs are caught in service.middleware."""
    app.add_exception_handler(MingjianError, _mingjian)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)


def _respond(request: Request, error: MingjianError, **headers: str) -> Response:
    request.state.error_code = error.code
    return problem_response(error, request.state.request_id, **headers)


async def _mingjian(request: Request, error: Exception) -> Response:
    assert isinstance(error, MingjianError)
    return _respond(request, error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")
        detail = f"This address takes {allowed}; /docs lists every call."
        return _respond(request, MethodNotAllowed(detail), Allow=allowed)
    if error.status_code == 404:
        return _respond(request, NotFound("Nothing lives at this address; /docs lists every call."))
    # The framework raises nothing else for the routes there are.
    return _respond(request, Internal())


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [FieldError(pointer_to(fault["loc"][1:]), say(fault)) for fault in error.errors()]
    detail = "Some parameters cannot be used; `errors` names each. /docs lists what they take."
    return _respond(request, InvalidRequest(detail, errors=faults))
