"""From a JSON value to a reviewer's verdict, and what is wrong where there is none."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.decision.schemas import MAX_LABELS, MAX_NOTE, VerdictRequest
from service.errors import InvalidRequest
from service.faults import pointer_to, say

MOST_FAULTS = 20
_DETAILS = {
    "extra_forbidden": f"is no field here; known are {', '.join(VerdictRequest.model_fields)}",
    "string_too_long": f"is too long; at most {MAX_NOTE:,} characters are kept",
    "too_long": f"names too many labels; at most {MAX_LABELS}",
}


def read_verdict(value: object) -> VerdictRequest:
    """Return the verdict a JSON value holds; raises InvalidRequest that points at every fault."""
    if not isinstance(value, dict):
        detail = 'The body must be one JSON object, such as {"verdict": "pass"}.'
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    try:
        return VerdictRequest.model_validate(value)
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors(include_url=False)[:MOST_FAULTS]]
        said = "; ".join(f"{fault.pointer[1:]} {fault.detail}" for fault in faults)
        raise InvalidRequest(f"{said}.", errors=faults) from None


def _fault(fault: ErrorDetails) -> FieldError:
    pointer = pointer_to(part for part in fault["loc"] if part != "[key]")
    return FieldError(pointer, _DETAILS.get(fault["type"]) or say(fault))
