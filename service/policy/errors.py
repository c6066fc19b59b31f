"""What goes wrong with policies."""

from __future__ import annotations

from models.errors import FieldError, InvalidInput
from service.errors import NotFound


class InvalidPolicy(InvalidInput):
    """A document that is no policy; `errors` names each place, in YAML with its line."""

    code = "invalid_policy"
    title = "Policy cannot be used"


def below(pointer: str, error: InvalidPolicy) -> InvalidPolicy:
    """Return the refusal of a policy that stands at `pointer` inside a body."""
    faults = [FieldError(f"{pointer}{fault.pointer}", fault.detail) for fault in error.errors]
    return InvalidPolicy(error.detail, errors=faults)


class PolicyNotFound(NotFound):
    """No policy, or no version of it, has this name."""

    code = "policy_not_found"
    title = "No such policy"
