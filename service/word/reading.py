"""From a JSON value to entries, and what is wrong where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.errors import InvalidRequest
from service.faults import pointer_to, say
from service.text import printable
from service.wire import Wire
from service.word.entries import Draft, Entry, Reading, read_entry
from service.word.pattern import PatternError
from service.word.schemas import EntryForm

# A day without a time ends when it ends in China.
CHINA = timezone(timedelta(hours=8))
MOST_FAULTS = 20
Form = TypeVar("Form", bound=Wire)


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry that cannot be used; `pattern` as far as it can be shown."""

    pattern: str | None
    detail: str


def read_form(form: type[Form], value: object) -> Form:
    """Return the form a JSON value holds; raises InvalidRequest that points at every fault."""
    if not isinstance(value, dict):
        detail = "The body must be one JSON object; /docs shows an example."
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    try:
        return form.model_validate(value)
    except ValidationError as error:
        faults = [
            FieldError(pointer_to(fault["loc"]), _say(fault, form))
            for fault in error.errors(include_url=False)[:MOST_FAULTS]
        ]
        said = "; ".join(f"{fault.pointer[1:] or 'the body'} {fault.detail}" for fault in faults)
        raise InvalidRequest(f"{said}.", errors=faults) from None


def read_draft(value: object, now: datetime) -> Draft | Fault:
    """Return the entry a JSON value holds, or what is wrong with it."""
    shown = value.get("pattern") if isinstance(value, dict) else None
    pattern = printable(shown, 200) if isinstance(shown, str) else None
    try:
        form = EntryForm.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False)[:MOST_FAULTS]
        said = (
            f"{fault['loc'][0] if fault['loc'] else 'the entry'} {_say(fault, EntryForm)}"
            for fault in faults
        )
        return Fault(pattern, printable("; ".join(said), 1000))
    try:
        expires = read_expiry(form.expires, now)
        tags = tuple(dict.fromkeys(tag.strip() for tag in form.tags or () if tag.strip()))
        return Draft(form.pattern.strip(), tags, (form.note or "").strip(), expires)
    except ValueError as error:
        return Fault(pattern, str(error))


def read_new(identity: str, draft: Draft | Fault, read: Reading) -> Entry | Fault:
    """Return the entry that a draft becomes, or what is wrong with its pattern."""
    if isinstance(draft, Fault):
        return draft
    try:
        return read_entry(identity, draft, read)
    except PatternError as error:
        return Fault(printable(draft.pattern, 200), f"pattern {error}")


def read_expiry(written: str | None, now: datetime) -> datetime | None:
    """Read an expiry: RFC 3339, or a day, which ends at midnight in China.

    Raises ValueError for what is no time, has no offset, or has passed.
    """
    if written is None or not written.strip():
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        raise ValueError(
            "expires is neither a time such as 2027-01-31T18:00:00+08:00 nor a day such as "
            "2027-01-31"
        ) from None
    try:
        if len(written.strip()) == 10:
            moment = datetime.combine(moment.date(), time(), CHINA) + timedelta(days=1)
        if moment.tzinfo is None:
            raise ValueError("expires has no offset; write 2027-01-31T18:00:00+08:00")
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("expires lies outside the years 1 to 9999") from None
    if moment <= now:
        raise ValueError("expires has passed already, so the entry would never be found")
    return moment


def _say(fault: ErrorDetails, form: type[Wire]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"is no field here; known are {', '.join(form.model_fields)}"
    if kind == "string_pattern_mismatch":
        return "may hold letters, digits, Chinese characters, - and _"
    return say(fault)
