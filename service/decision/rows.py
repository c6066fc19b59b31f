"""From a decision to its rows, keeping no more than its store mode allows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from service.decision.fingerprint import Fingerprints
from service.decision.record import NewDecision, Recorded, Verdict, Versions, flagged_labels

RowValues = dict[str, Any]
# The parts of a reason that quote the post.
QUOTES = ("text", "read_as", "note")


def decision_row(decision: NewDecision, fingerprints: Fingerprints) -> RowValues:
    """Return the row of a decision.

    `text`: everything. `fingerprint`: no title, no text and no quotation of them in the reasons,
    the keyed fingerprint instead.
    """
    whole = decision.store == "text"
    return {
        "id": decision.id,
        "request_id": decision.request_id,
        "created_at": decision.created_at,
        "key_id": decision.key_id,
        "item_id": decision.item_id,
        "author_id": decision.author_id,
        "channel": decision.channel,
        "published_at": decision.published_at,
        "store": decision.store,
        "post": {"title": decision.title, "text": decision.text} if whole else None,
        "fingerprint": fingerprints.of_text(decision.normalised),
        "suggestion": decision.suggestion,
        "explain": decision.explain,
        "result": kept_result(decision.result) if whole else unquoted(decision.result),
        "versions": decision.versions.to_json(),
        "erased_at": None,
    }


def flag_rows(decision: NewDecision) -> list[RowValues]:
    """Return one row for each flagged label."""
    return [
        {"label": label, "decision_id": decision.id} for label in flagged_labels(decision.result)
    ]


def kept_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result without what has a column of its own."""
    return {
        name: value
        for name, value in result.items()
        if name not in ("id", "status", "decision_id", "suggestion")
    }


def unquoted(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result whose reasons quote nothing of the post; their places stay."""
    kept = kept_result(result)
    reasons = kept.get("reasons", ())
    kept["reasons"] = [
        {name: "" if name in QUOTES else value for name, value in reason.items()}
        for reason in reasons
    ]
    return kept


def read_decision(row: Row[Any]) -> Recorded:
    """Return the decision of a row of the table."""
    values = dict(row._mapping)
    post = values.pop("post") or {}
    values["versions"] = Versions.from_json(values["versions"])
    return Recorded(**values, title=post.get("title"), text=post.get("text"))


def read_verdict(row: Row[Any]) -> Verdict:
    """Return the verdict of a row of the table."""
    return Verdict(**row._mapping)
