"""Recording results before they are answered, and no more of a post than everyone allows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import orjson
import structlog

from models.errors import MingjianError
from models.scorer import Scorer
from service.decide import ActivePolicy
from service.decision.record import NewDecision, StoreMode, Versions, strictest
from service.identifiers import new_id
from service.key.caller import Caller
from service.score.case import Case
from service.score.finding import Sources
from service.score.schemas import Options, Scored
from service.store.errors import StoreError

log = structlog.get_logger("service.score")


class Recording(Protocol):
    """Makes decisions durable."""

    async def record(self, decisions: Sequence[NewDecision]) -> None:
        """Store decisions, all or none; raises StoreError."""


class Record:
    """Turns results into decisions of one release and what took part in them."""

    def __init__(self, scorer: Scorer, sources: Sources, recorder: Recording) -> None:
        self.recorder = recorder
        self._scorer = scorer
        self._sources = sources
        calibration = orjson.dumps(
            scorer.release.calibration.to_json(), option=orjson.OPT_SORT_KEYS
        )
        self._calibration = hashlib.sha256(calibration).hexdigest()[:12]

    def begin(
        self, request_id: str, caller: Caller, options: Options, policy: ActivePolicy
    ) -> RequestRecord:
        """Return what records the results of one request."""
        return RequestRecord(self.recorder, request_id, caller, options, self.versions(policy))

    def versions(self, policy: ActivePolicy) -> Versions:
        """Return everything that takes part in a decision under a policy."""
        release, sources = self._scorer.release, self._sources
        return Versions(
            release=release.name,
            fingerprint=release.fingerprint,
            normaliser=release.normaliser.version,
            precision=self._scorer.backend.precision,
            calibration=self._calibration,
            policy=policy.name,
            policy_version=policy.version,
            words=sources.words.version if sources.words else None,
            rules=sources.rules.version if sources.rules else None,
            debunks=sources.debunks.version if sources.debunks else None,
        )


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """Records the results of one request."""

    recorder: Recording
    request_id: str
    caller: Caller
    options: Options
    versions: Versions

    async def store(self, answered: Sequence[tuple[Case, Scored]]) -> list[Scored]:
        """Store results and return them with their decision ids; durable when it returns.

        A policy that stores nothing leaves the id null. Raises StoreError when anything could not
        be stored: an answer without its record does not exist.
        """
        results: list[Scored] = []
        decisions: list[NewDecision] = []
        for case, scored in answered:
            decision = self._decision(case, scored)
            if decision is None:
                results.append(scored)
                continue
            decisions.append(decision)
            scored.decision_id = decision.id
            results.append(scored)
        try:
            await self.recorder.record(decisions)
        except MingjianError:
            raise
        except Exception as error:
            log.exception("decisions not stored")
            raise StoreError(
                "The results could not be recorded, so they are not answered. Send the request "
                "again; if it lasts, the log of the service says why."
            ) from error
        return results

    def _decision(self, case: Case, scored: Scored) -> NewDecision | None:
        asked: StoreMode | None = "fingerprint" if self.options.store is False else None
        store = strictest(asked, case.policy.store, self.caller.store)
        if store == "none":
            return None
        item = case.item
        return NewDecision(
            id=new_id(),
            request_id=self.request_id,
            created_at=datetime.now(UTC),
            text=item.text,
            normalised=case.fields.normalised.text,
            suggestion=scored.suggestion,
            result=scored.model_dump(mode="json"),
            versions=self.versions,
            title=item.title,
            item_id=item.id,
            author_id=item.author_id,
            channel=item.channel,
            published_at=item.published_at,
            key_id=self.caller.key_id,
            store=store,
            explain=bool(self.options.explain),
        )
