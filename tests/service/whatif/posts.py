"""Posts of the past for tests, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.scorer import Post, Score
from service.score.evidence import Hit, Suggestion
from service.whatif.past import Past

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
FLOOD = Hit("rule", "rule.flood", "text", 0, 1, "顶", "顶", label="flood")

BLOCKED = Hit("word", "word.a", "text", 0, 2, "词", "词", kind="block")
ALLOWED = Hit("word", "word.b", "text", 0, 4, "词语", "词语", kind="allow")


def past(
    rumour: float,
    *,
    minutes: float = 0,
    then: Suggestion = "pass",
    flags: tuple[str, ...] = (),
    **changes: object,
) -> Past:
    values: dict[str, object] = {
        "id": f"d{minutes:g}",
        "at": START + timedelta(minutes=minutes),
        "channel": None,
        "post": Post("今天的帖子"),
        "suggestion": then,
        "flags": frozenset(flags),
        "score": Score({"rumour": rumour, "abuse": 0.0}, None),
    }
    return Past(**(values | changes))  # type: ignore[arg-type]
