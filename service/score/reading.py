"""From a JSON value to items that can be scored, and faults where they cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.errors import InvalidRequest, TooLarge
from service.faults import pointer_to, say
from service.score.schemas import (
    MAX_CHARACTERS,
    MAX_ID,
    MAX_ITEMS,
    Item,
    ItemProblem,
    Options,
    Refused,
    SingleRequest,
)
from service.text import printable
from service.wire import FieldFault, Wire

INVALID_ITEM = "invalid_item"
MOST_ERRORS = 20

_DETAILS: dict[str, Callable[[ErrorDetails], str]] = {
    "string_too_short": lambda _: "is empty; it needs at least one character",
    "string_too_long": lambda fault: (
        f"has {len(fault['input']):,} characters; at most {fault['ctx']['max_length']:,} are read"
    ),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request that can be answered: in `entries` each item, or what is wrong with it."""

    options: Options
    entries: list[Item | Refused]


def read_envelope(value: object) -> Envelope:
    """Read the single or the batch form of a request.

    Raises InvalidRequest for faults of the envelope or of a single item, TooLarge over the limits.
    """
    if not isinstance(value, dict):
        detail = 'The body must be one JSON object, such as {"items": [{"text": "…"}]}.'
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    if "items" not in value:
        return _read_single(value)
    if "text" in value:
        detail = "Send either text or items, not both: a text belongs into an item of its own."
        raise InvalidRequest(detail, errors=[FieldError("/text", "stands beside items")])
    items = value["items"]
    if not isinstance(items, list) or not items:
        detail = f"items must be a list of 1 to {MAX_ITEMS} objects, each with a text."
        fault = "is empty" if isinstance(items, list) else "must be a list"
        raise InvalidRequest(detail, errors=[FieldError("/items", fault)])
    _check_size(items)
    options = _read_options({name: part for name, part in value.items() if name != "items"})
    return Envelope(options, [read_item(item, f"/items/{n}") for n, item in enumerate(items)])


def read_item(value: object, pointer: str) -> Item | Refused:
    """Return the item at `pointer`, or the answer that says what is wrong with it."""
    try:
        return Item.model_validate(value)
    except ValidationError as error:
        faults = _faults(error, pointer, Item)
        return refused(INVALID_ITEM, summary(faults, pointer), faults, identity=_identity(value))


def refused(
    code: str,
    detail: str,
    faults: Sequence[FieldError] = (),
    *,
    status: int = 422,
    identity: str | None = None,
) -> Refused:
    """Return the answer in the place of an item that could not be scored."""
    wire = [FieldFault(pointer=fault.pointer, detail=fault.detail) for fault in faults]
    problem = ItemProblem(code=code, detail=detail, errors=wire)
    return Refused(id=identity, status=status, problem=problem)


def summary(faults: Sequence[FieldError], pointer: str) -> str:
    """Return one sentence for all faults below `pointer`."""
    return "; ".join(
        f"{_field(fault.pointer.removeprefix(pointer))} {fault.detail}" for fault in faults
    )


def _field(pointer: str) -> str:
    return pointer.removeprefix("/") or ('""' if pointer else "the item")


def _read_single(value: dict[str, Any]) -> Envelope:
    _check_size([value])
    try:
        single = SingleRequest.model_validate(value)
    except ValidationError as error:
        faults = _faults(error, "", SingleRequest)
        detail = f"{summary(faults, '')}."
        if "text" not in value:
            detail = f"Send a text, or items with one text each: {detail}"
        raise InvalidRequest(detail, errors=faults) from None
    return Envelope(single, [single])


def _read_options(value: dict[str, Any]) -> Options:
    try:
        return Options.model_validate(value)
    except ValidationError as error:
        faults = _faults(error, "", Options)
        hint = ""
        if any(name in Item.model_fields for name in value):
            hint = " Fields of a post stand inside its item."
        raise InvalidRequest(f"{summary(faults, '')}.{hint}", errors=faults) from None


def _check_size(items: Sequence[object]) -> None:
    if len(items) > MAX_ITEMS:
        raise TooLarge(
            f"{len(items):,} items are over the limit of {MAX_ITEMS} a request. "
            f"Divide them among {-(-len(items) // MAX_ITEMS)} requests or more.",
            errors=[FieldError("/items", f"has {len(items):,} items; at most {MAX_ITEMS}")],
        )
    texts = [item.get("text") for item in items if isinstance(item, dict)]
    characters = sum(len(text) for text in texts if isinstance(text, str))
    if characters > MAX_CHARACTERS:
        raise TooLarge(
            f"{characters:,} characters of text are over the limit of {MAX_CHARACTERS:,} a "
            f"request. Divide the items among {-(-characters // MAX_CHARACTERS)} requests or more."
        )


def _identity(value: object) -> str | None:
    identity = value.get("id") if isinstance(value, Mapping) else None
    if not isinstance(identity, str) or len(identity) > MAX_ID:
        return None
    return identity if identity.isascii() or printable(identity, MAX_ID) == identity else None


def _faults(error: ValidationError, pointer: str, form: type[Wire]) -> list[FieldError]:
    found = []
    for fault in error.errors(include_url=False)[:MOST_ERRORS]:
        place = pointer_to(fault["loc"][:1])
        if fault["type"] == "extra_forbidden":
            detail = f"is no field here; known are {', '.join(form.model_fields)}"
        elif fault["type"] == "string_unicode" and not place:
            detail = "has a field name with half of a surrogate pair, which is no character"
        else:
            own = _DETAILS.get(fault["type"])
            detail = own(fault) if own else say(fault)
        found.append(FieldError(pointer + place, detail))
    return found
