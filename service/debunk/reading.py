"""From JSON values to debunks, and what is wrong where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from data.debunks import Debunk
from models.errors import FieldError
from service.debunk.schemas import DebunkChange
from service.errors import InvalidRequest
from service.faults import pointer_to, say

MOST_FAULTS = 20
REQUIRED = ("claim", "verdict")
EMPTY: Mapping[str, Any] = {"variants": (), "summary": "", "sources": ()}

Form = TypeVar("Form", bound=BaseModel)


def read_form(form: type[Form], value: object) -> Form:
    """Return the form a JSON value holds; raises InvalidRequest that points at every fault."""
    if not isinstance(value, dict):
        detail = "The body must be one JSON object; /docs shows an example."
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    try:
        return form.model_validate(value)
    except ValidationError as error:
        faults = faults_of(error, form)
        raise InvalidRequest(f"{summary(faults)}.", errors=faults) from None


def changed(content: Debunk, value: object) -> Debunk:
    """Return a debunk with the changes of a request; null empties what need not be there."""
    change = read_form(DebunkChange, value)
    given = {name: getattr(change, name) for name in change.model_fields_set}
    missing = [name for name in REQUIRED if name in given and given[name] is None]
    if missing:
        faults = [FieldError(f"/{name}", "is required and cannot be null") for name in missing]
        raise InvalidRequest(f"{summary(faults)}.", errors=faults)
    values = {name: EMPTY.get(name) if part is None else part for name, part in given.items()}
    return content.model_copy(update=values)


def faults_of(error: ValidationError, form: type[BaseModel]) -> list[FieldError]:
    """Return what is wrong, each with its JSON pointer."""
    return [
        FieldError(pointer_to(fault["loc"]), _say(fault, form))
        for fault in error.errors(include_url=False)[:MOST_FAULTS]
    ]


def summary(faults: list[FieldError]) -> str:
    """Return one sentence for all faults."""
    return "; ".join(f"{fault.pointer[1:] or 'the body'} {fault.detail}" for fault in faults)


def _say(fault: ErrorDetails, form: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden":
        known = f"; known are {', '.join(form.model_fields)}" if len(fault["loc"]) == 1 else ""
        return f"is no field here{known}"
    if fault["type"] == "string_pattern_mismatch" and fault["loc"][-1] == "as_of":
        return "is no day such as 2026-11-22"
    return say(fault)
