"""What is recorded of a decision, going in and coming out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from service.score.evidence import Suggestion

# What is kept of a post, from the loosest to the strictest: everything; its keyed fingerprint, ids,
# scores and versions; nothing at all, not even that there was a decision.
StoreMode = Literal["text", "fingerprint", "none"]
Kept = Literal["text", "fingerprint"]
STORE_MODES: tuple[StoreMode, ...] = ("text", "fingerprint", "none")


@lru_cache
def strictest(*modes: StoreMode | None) -> StoreMode:
    """Return the strictest of the modes that the request, the policy and the key ask for.

    None asks for nothing; without any it is `text`.
    """
    return max((mode for mode in modes if mode), key=STORE_MODES.index, default="text")


@dataclass(frozen=True, slots=True)
class Versions:
    """Everything that took part in a decision; None for what took none."""

    release: str
    fingerprint: str
    normaliser: str
    precision: str
    calibration: str
    policy: str
    policy_version: str
    words: str | None = None
    rules: str | None = None
    debunks: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return what is stored and answered."""
        return {part: getattr(self, part) for part in self.__slots__}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Versions:
        """Read what was stored, also by a Mingjian with more or fewer parts than this one."""
        return cls(**{part.name: stored.get(part.name) for part in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision as it is handed to the Recorder, complete: `store` says what of it is kept.

    `normalised` is what was read (title and text together) and goes into the fingerprint only.
    `result` is the answer for the item: scores, labels, reasons, debunks, coverage, as on the wire.
    `created_at` is the moment `id` was made. What the mode `none` covers never comes here.
    """

    id: str
    request_id: str
    created_at: datetime
    text: str
    normalised: str
    suggestion: Suggestion
    result: Mapping[str, Any]
    versions: Versions
    title: str | None = None
    item_id: str | None = None
    author_id: str | None = None
    channel: str | None = None
    published_at: str | None = None
    key_id: str | None = None
    store: Kept = "text"
    explain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reviewer found; `labels` by short name, 1 or 0. Later ones supersede earlier ones."""

    id: str
    decision_id: str
    created_at: datetime
    verdict: Suggestion | None
    labels: Mapping[str, int]
    note: str | None
    key_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision as it is kept.

    `text` and `title` are None unless `store` is `text` and nobody had them erased; `fingerprint`
    is 64 hexadecimal digits, None once it was erased.
    """

    id: str
    request_id: str
    created_at: datetime
    store: Kept
    suggestion: Suggestion
    result: Mapping[str, Any]
    versions: Versions
    title: str | None
    text: str | None
    fingerprint: str | None
    item_id: str | None
    author_id: str | None
    channel: str | None
    published_at: str | None
    key_id: str | None
    explain: bool
    erased_at: datetime | None

    @property
    def flags(self) -> tuple[str, ...]:
        """Public names of the labels that were flagged."""
        return flagged_labels(self.result)


def flagged_labels(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the public names of the labels that a result flags."""
    return tuple(label["label"] for label in result.get("labels", ()) if label["flagged"])
