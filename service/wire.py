"""The forms that every domain answers with: strict models and the problem of RFC 9457."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.errors import MingjianError
from service import catalogue
from service.errors import MEDIA_TYPE, TYPE_PREFIX, RetryLater


class Wire(BaseModel):
    """Base of every form: no conversion of types, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FieldFault(Wire):
    """One fault inside an input."""

    pointer: Annotated[str, Field(description=catalogue.POINTER, examples=["/items/3/text"])]
    detail: Annotated[str, Field(description=catalogue.FAULT_DETAIL)]


class Problem(Wire):
    """Why a request was refused."""

    type: Annotated[str, Field(description=catalogue.PROBLEM_TYPE)]
    title: str
    status: int
    detail: Annotated[str, Field(description=catalogue.PROBLEM_DETAIL)]
    code: Annotated[str, Field(description=catalogue.PROBLEM_CODE)]
    request_id: str
    errors: list[FieldFault]


def reference(form: type[BaseModel]) -> dict[str, str]:
    """Return the OpenAPI reference to a form."""
    return {"$ref": f"#/components/schemas/{form.__name__}"}


def json_body(form: type[BaseModel], example: object = None) -> dict[str, Any]:
    """Return the OpenAPI request body of a form that is read by hand."""
    media: dict[str, Any] = {"schema": reference(form)}
    if example is not None:
        media["examples"] = {"example": {"value": example}}
    return {"requestBody": {"required": True, "content": {"application/json": media}}}


def problems(*errors: type[MingjianError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of refusals, several codes of one status together."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        meaning = catalogue.PROBLEMS[error.code]
        response = responses.setdefault(error.status, {"description": "", "content": {}})
        response["description"] = "；".join(filter(None, (response["description"], meaning)))
        media = response["content"].setdefault(
            MEDIA_TYPE, {"schema": reference(Problem), "examples": {}}
        )
        media["examples"][error.code] = {"value": _example(error)}
        if issubclass(error, RetryLater):
            response["headers"] = {"Retry-After": RETRY_AFTER}
    return responses


RETRY_AFTER = {"description": catalogue.RETRY_AFTER, "schema": {"type": "integer", "minimum": 1}}


def _example(error: type[MingjianError]) -> dict[str, Any]:
    return {
        "type": f"{TYPE_PREFIX}{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": catalogue.PROBLEMS[error.code],
        "code": error.code,
        "request_id": catalogue.EXAMPLE_REQUEST_ID,
        "errors": [],
    }
