"""From a JSON value to a form of feedback, or a refusal that points at every fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.errors import InvalidRequest
from service.faults import pointer_to, say
from service.wire import Wire

MOST_FAULTS = 20
Form = TypeVar("Form", bound=Wire)

_DETAILS: dict[str, Callable[[ErrorDetails], str]] = {
    "extra_forbidden": lambda _: "is no field here; /docs lists those there are",
    "string_too_short": lambda _: "is empty; it needs at least one character",
    "string_too_long": lambda fault: f"has over {fault['ctx']['max_length']:,} characters",
    "string_pattern_mismatch": lambda _: "is no id; ids have 26 capital letters and digits",
    "dict_type": lambda _: 'must be an object of labels, such as {"rumour": 0}',
    "int_type": lambda _: "must be 0 or 1",
    "greater_than_equal": lambda _: "must be 0 or 1",
    "less_than_equal": lambda _: "must be 0 or 1",
    "too_short": lambda _: "is empty; it needs at least one entry",
}


def read_form(form: type[Form], value: object) -> Form:
    """Return the form that a JSON value holds; raises InvalidRequest."""
    try:
        return form.model_validate(value)
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors(include_url=False)[:MOST_FAULTS]]
        said = "; ".join(f"{fault.pointer or 'the body'} {fault.detail}" for fault in faults)
        raise InvalidRequest(f"{said}. Nothing was stored.", errors=faults) from None


def _fault(fault: ErrorDetails) -> FieldError:
    # A faulty key of a mapping is said of the key itself.
    parts = [part for part in fault["loc"] if part != "[key]"]
    pointer = pointer_to(parts)
    own = _DETAILS.get(fault["type"])
    return FieldError(pointer, own(fault) if own else say(fault))
