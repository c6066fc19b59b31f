"""Decisions made for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service.decision.record import NewDecision, Versions
from service.identifiers import first_id, new_id

VERSIONS = Versions(
    release="tiny",
    fingerprint="f" * 64,
    normaliser="1",
    precision="f32",
    calibration="c1",
    policy="default",
    policy_version="p1",
    words="w1",
    rules="r1",
    debunks="d1",
)


def label(name: str, score: float, threshold: float = 0.5) -> dict[str, Any]:
    return {
        "label": name,
        "score": score,
        "threshold": threshold,
        "flagged": score >= threshold,
    }


def made_result(**scores: float) -> dict[str, Any]:
    """A result as /score answers it; `rumour=0.9, ad_spam=0.1` are its scores."""
    scores = scores or {"rumour": 0.1, "ad_spam": 0.1}
    labels = [
        label(name if name == "rumour" else f"low_quality.{name}", score)
        for name, score in scores.items()
    ]
    return {
        "id": None,
        "status": 200,
        "suggestion": "review" if any(one["flagged"] for one in labels) else "pass",
        "scores": {"rumour": scores.get("rumour"), "low_quality": 0.1},
        "labels": labels,
        "reasons": [],
        "debunks": [],
        "coverage": {"characters": 4, "windows": 1, "truncated": False},
        "decision_id": None,
    }


def made_decision(at: datetime | None = None, **values: Any) -> NewDecision:
    """A decision, made now or at a moment, by default of an ordinary post."""
    result = values.pop("result", None) or made_result()
    text = values.pop("text", "今天天气不错")
    identity = new_id() if at is None else first_id(at)[:10] + new_id()[10:]
    return NewDecision(
        **{
            "id": identity,
            "request_id": "request-1",
            "created_at": at or datetime.now(UTC),
            "text": text,
            "normalised": text,
            "suggestion": result["suggestion"],
            "result": result,
            "versions": VERSIONS,
            **values,
        }
    )
