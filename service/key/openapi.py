"""What the OpenAPI document says of every call that takes a caller."""

from __future__ import annotations

from typing import Any

from service.errors import NotReady
from service.key.errors import ACCESS_PROBLEMS
from service.store.errors import StoreError
from service.wire import problems


def declare_access(operation: dict[str, Any]) -> None:
    """Add to an operation that demands a key the refusals that come with it."""
    if not operation.get("security"):
        return
    for status, refusal in problems(*ACCESS_PROBLEMS, NotReady, StoreError).items():
        known = operation["responses"].get(str(status))
        if known is None:
            operation["responses"][str(status)] = refusal
            continue
        known["headers"] = {**known.get("headers", {}), **refusal.get("headers", {})}
        examples = _examples(known)
        for code, example in _examples(refusal).items():
            if code not in examples:
                examples[code] = example
                known["description"] += f"；{example['value']['detail']}"


def _examples(response: dict[str, Any]) -> dict[str, Any]:
    (media,) = response["content"].values()
    examples: dict[str, Any] = media["examples"]
    return examples
