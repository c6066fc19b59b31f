"""What is wrong with a value, in our words: pydantic's name types of Python and not what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from service.text import printable

Context = Mapping[str, Any]

TIME = (
    "is no time of RFC 3339 with its offset, such as 2026-11-22T09:00:00Z; in an address "
    "+08:00 is written %2B08:00"
)
_SAID: dict[str, Callable[[Context], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here; /docs lists what is",
    "string_type": lambda _: "must be a string",
    "string_unicode": lambda _: "holds half of a surrogate pair, which is no character",
    "string_too_short": lambda ctx: _at_least(ctx["min_length"], "characters"),
    "string_too_long": lambda ctx: f"has more than {ctx['max_length']:,} characters",
    "string_pattern_mismatch": lambda _: "is not written as it must be; /docs shows an example",
    "bool_type": lambda _: "must be true or false",
    "bool_parsing": lambda _: "must be true or false",
    "int_type": lambda _: "must be a whole number",
    "int_parsing": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "float_parsing": lambda _: "must be a number",
    "finite_number": lambda _: "must be a number",
    "greater_than": lambda ctx: f"must be more than {ctx['gt']:,.15g}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']:,.15g}",
    "less_than": lambda ctx: f"must be less than {ctx['lt']:,.15g}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']:,.15g}",
    "literal_error": lambda ctx: f"must be {ctx['expected']}",
    "list_type": lambda _: "must be a list",
    "tuple_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be an object",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "too_short": lambda ctx: _at_least(ctx["min_length"], "entries"),
    "too_long": lambda ctx: f"has more than {ctx['max_length']:,} entries",
    "datetime_type": lambda _: TIME,
    "datetime_parsing": lambda _: TIME,
    "datetime_from_date_parsing": lambda _: TIME,
    "timezone_aware": lambda _: TIME,
    "value_error": lambda ctx: str(ctx["error"]),
}


def say(fault: ErrorDetails | Mapping[str, Any]) -> str:
    """Return what is wrong, to stand after the name of a field: `must be at most 200`."""
    known = _SAID.get(fault["type"])
    if known is not None:
        return known(fault.get("ctx", {}))
    message: str = fault["msg"]
    return message[:1].lower() + message[1:]


def pointer_to(parts: Iterable[object]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place, in a form that can be answered."""
    return "".join(
        f"/{printable(str(part)).replace('~', '~0').replace('/', '~1')}" for part in parts
    )


def _at_least(count: int, what: str) -> str:
    return "is empty" if count == 1 else f"needs at least {count:,} {what}"
