"""From what was sent or written to a policy document, or to faults that name their lines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.body import parse_json
from service.faults import pointer_to, say
from service.policy.document import (
    DebunksPart,
    LabelPart,
    PolicyDocument,
    Schedule,
    WordsPart,
)
from service.policy.errors import InvalidPolicy
from service.policy.source import Path, Source, read_yaml

SIZE_LIMIT = 64 * 1024
MOST_FAULTS = 20
VERSION_DIGITS = 12
FIELDS = sorted(
    {
        field.alias or name
        for form in (PolicyDocument, Schedule, LabelPart, WordsPart, DebunksPart)
        for name, field in form.model_fields.items()
    }
)

_DETAILS: dict[str, Callable[[ErrorDetails], str]] = {
    "string_type": lambda _: "must be text; put it into quotes",
    "string_pattern_mismatch": lambda fault: f"does not match {fault['ctx']['pattern']}",
    "model_type": lambda _: "must hold named values, such as `threshold: 0.8`",
    "model_attributes_type": lambda _: "must hold named values, such as `threshold: 0.8`",
    "dict_type": lambda _: "must hold named values",
    "list_type": lambda _: "must be a list, such as [one, two]",
    "extra_forbidden": lambda fault: _unknown(str(fault["loc"][-1])),
}
# Steps that pydantic adds to a place: they name types, not fields.
_TYPES = ("list[", "literal[", "function-", "constrained-", "[key]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with its version, the text it was read from, and the places in it."""

    document: PolicyDocument
    version: str
    text: str
    source: Source

    def fault(self, path: Path, detail: str) -> FieldError:
        """Return a fault of the document, with its line where it was YAML."""
        return _fault(self.source, path, detail)


def read_policy(content: bytes, *, json: bool = False) -> Draft:
    """Read a policy.

    Raises InvalidPolicy with every fault and its line, NotJson for JSON that is none.
    """
    source = _read_json(content) if json else read_yaml(content)
    return _draft(source, content.decode("utf-8-sig"))


def draft_of(value: object) -> Draft:
    """Read a policy that stands inside a JSON body; raises InvalidPolicy."""
    return _draft(Source(value), None)


def _read_json(content: bytes) -> Source:
    """Read JSON, with the places in it where YAML can tell them."""
    value = parse_json(content)
    try:
        return Source(value, read_yaml(content.replace(b"\t", b" ")).places)
    except InvalidPolicy:  # A key that stands twice, or more than a policy can need.
        return Source(value)


def _draft(source: Source, text: str | None) -> Draft:
    try:
        document = PolicyDocument.model_validate(source.value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise refuse(_fault(source, _path(one), _detail(one)) for one in found) from None
    if text is None:
        text = orjson.dumps(source.value).decode()
    return Draft(document, version_of(document), text, source)


def refuse(faults: Iterable[FieldError]) -> InvalidPolicy:
    """Return the refusal of a document with all its faults, each told once."""
    unique = list(dict.fromkeys(faults))
    said = "; ".join(
        f"{fault.pointer or 'the policy'} {fault.detail}" for fault in unique[:MOST_FAULTS]
    )
    return InvalidPolicy(f"{said}.", errors=unique[:MOST_FAULTS])


def version_of(document: PolicyDocument) -> str:
    """Return a short hash of what a document says; its name, order and comments do not count."""
    content = document.model_dump(mode="json", by_alias=True, exclude={"name"})
    serial = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(serial).hexdigest()[:VERSION_DIGITS]


def _fault(source: Source, path: Path, detail: str) -> FieldError:
    place = source.place(path)
    return FieldError(pointer_to(path), detail if place is None else f"{detail} ({place})")


def _path(fault: ErrorDetails) -> Path:
    return tuple(
        part for part in fault["loc"] if isinstance(part, int) or not part.startswith(_TYPES)
    )


def _detail(fault: ErrorDetails) -> str:
    own = _DETAILS.get(fault["type"])
    if fault["loc"] and fault["loc"][-1] == "[key]" and "labels" in fault["loc"]:
        return "is no name of a label; labels are written like rumour or low_quality.fraud"
    if fault["loc"][-1:] == ("rule",) and fault["type"] == "string_pattern_mismatch":
        return "is no number of a community rule, such as R2; GET /rules lists them"
    return own(fault) if own else say(fault)


def _unknown(name: str) -> str:
    if name in PolicyDocument.model_fields:
        return f"is no field here; {name} stands at the top of a policy"
    if name in FIELDS:
        return "is no field here; docs/policies.md shows where it belongs"
    close = get_close_matches(name, FIELDS, n=1)
    hint = f"did you mean {close[0]}?" if close else "docs/policies.md lists all fields"
    return f"is no field here; {hint}"
