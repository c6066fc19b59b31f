"""From a JSON value to a what-if, or to faults that point at each place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import FieldError
from service.errors import InvalidRequest
from service.faults import pointer_to, say
from service.policy.errors import InvalidPolicy, below
from service.policy.reading import draft_of
from service.whatif.schemas import MOST_RESCORED, WhatifRequest

MOST_FAULTS = 20


def read_request(value: object) -> WhatifRequest:
    """Return what is asked; raises InvalidPolicy for the policy and InvalidRequest for the rest.

    Another release scores every post again, so without a sample it takes what one request may.
    """
    if not isinstance(value, dict):
        detail = 'The body must be one JSON object, such as {"policy": "default"}.'
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    policy = value.get("policy")
    document = _document(policy) if isinstance(policy, dict) else policy
    rest = {name: part for name, part in value.items() if name != "policy"}
    if rest.get("release") is not None:
        rest.setdefault("sample", MOST_RESCORED)
    if not isinstance(policy, str | dict | None):
        fault = FieldError("/policy", "must be the name of a policy, or a policy")
        raise InvalidRequest(f"policy {fault.detail}.", errors=[fault])
    try:
        request = WhatifRequest.model_validate(rest | {"policy": document})
    except ValidationError as error:
        raise _refusal(error) from None
    return request


def _document(policy: Mapping[str, Any]) -> object:
    try:
        return draft_of(policy).document
    except InvalidPolicy as error:
        raise below("/policy", error) from None


def _refusal(error: ValidationError) -> InvalidRequest:
    faults = []
    for fault in error.errors(include_url=False)[:MOST_FAULTS]:
        parts = [part for part in fault["loc"] if part not in ("constrained-str", "PolicyDocument")]
        faults.append(FieldError(pointer_to(parts), _detail(fault)))
    said = "; ".join(f"{one.pointer[1:] or 'the body'} {one.detail}" for one in faults)
    return InvalidRequest(f"{said}.", errors=faults)


def _detail(fault: ErrorDetails) -> str:
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"is no field here; known are {', '.join(WhatifRequest.model_fields)}"
    return say(fault)
