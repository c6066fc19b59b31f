"""The rules of the record: receipts, replays, verdicts and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from models.errors import FieldError
from models.labels import LABEL_NAMES, LOW_QUALITY, RUMOUR, public_name
from service.decide import RULE_LABELS, ActivePolicy
from service.decision.errors import NotReplayable
from service.decision.record import Recorded, Verdict
from service.decision.replay import Judgement, PolicySource, Rescorer, burst_of, changes
from service.decision.repository import DecisionRepository, Filters
from service.decision.rows import kept_result
from service.decision.schemas import (
    ULID_PATTERN,
    ChangeForm,
    DecisionPage,
    DecisionQuery,
    ItemForm,
    Outcome,
    Receipt,
    Replay,
    VerdictForm,
    VerdictRequest,
    VersionsForm,
)
from service.errors import InvalidRequest, NotFound, UnknownPolicy
from service.faults import pointer_to
from service.identifiers import new_id
from service.score.schemas import Coverage, Item, LabelScore, Scores

_ULID = re.compile(ULID_PATTERN)


class DecisionService:
    """What can be asked of decisions, and added to them, once they are recorded."""

    def __init__(self, repository: DecisionRepository, policies: PolicySource) -> None:
        self.repository = repository
        self._policies = policies

    async def receipt(self, identity: str) -> Receipt:
        """Return the receipt of a decision; raises NotFound."""
        decision = await self._find(identity)
        verdicts = await self.repository.verdicts_of([decision.id])
        return receipt_of(decision, verdicts.get(decision.id))

    async def page(self, query: DecisionQuery) -> DecisionPage:
        """Return one page of decisions, newest first."""
        filters = Filters(
            since=query.since,
            until=query.until,
            suggestion=query.suggestion,
            label=None if query.label is None else public_label(query.label),
            author_id=query.author_id,
            channel=query.channel,
            flagged=query.flagged,
        )
        found = await self.repository.page(filters, query.limit + 1, query.cursor)
        shown = found[: query.limit]
        verdicts = await self.repository.verdicts_of([decision.id for decision in shown])
        return DecisionPage(
            decisions=[receipt_of(decision, verdicts.get(decision.id)) for decision in shown],
            next=shown[-1].id if len(found) > len(shown) else None,
        )

    async def replay(self, identity: str, rescorer: Rescorer) -> Replay:
        """Score a recorded post again; raises NotFound, and NotReplayable without its text."""
        decision = await self._find(identity)
        item = _item_of(decision)
        policy = self._policy_of(decision)
        versions = rescorer.versions(policy)
        burst = burst_of(decision.result)
        scored = await rescorer.rescore(item, policy, decision.explain, burst)
        then = Judgement(decision.suggestion, decision.result, decision.versions)
        now = Judgement(scored.suggestion, kept_result(scored.model_dump(mode="json")), versions)
        return Replay(
            then=_outcome(then),
            now=_outcome(now),
            changed=[
                ChangeForm(part=change.part, then=change.then, now=change.now)
                for change in changes(then, now)
            ],
        )

    async def judge(self, identity: str, said: VerdictRequest, key_id: str | None) -> Receipt:
        """Add a reviewer's verdict; raises NotFound, and InvalidRequest for unknown labels."""
        decision = await self._find(identity)
        if said.verdict is None and not said.labels:
            detail = 'Send a verdict, or labels such as {"rumour": 0}, or both.'
            raise InvalidRequest(detail, errors=[FieldError("/verdict", "is missing")])
        verdict = Verdict(
            id=new_id(),
            decision_id=decision.id,
            created_at=datetime.now(UTC),
            verdict=said.verdict,
            labels=_read_labels(said.labels or {}, decision),
            note=said.note,
            key_id=key_id,
        )
        await self.repository.add_verdict(verdict)
        return receipt_of(decision, verdict)

    def _policy_of(self, decision: Recorded) -> ActivePolicy:
        name = decision.versions.policy
        try:
            return self._policies.resolve(name, datetime.now(UTC))
        except UnknownPolicy as error:
            raise NotReplayable(
                f"The policy {name} of this decision is not there any more. Put it back with "
                f"PUT /policies/{name}."
            ) from error

    async def _find(self, identity: str) -> Recorded:
        # What is no id is not looked for: databases differ in what they make of odd characters.
        found = await self.repository.get(identity) if _ULID.match(identity) else None
        if found is None:
            raise NotFound(
                "No decision has this id. It is the decision_id of a result of POST /score, and "
                "may have been removed after MINGJIAN_RETENTION_DAYS."
            )
        return found


def public_label(name: str) -> str:
    """Return the public name of a label that is written by its public or by its short name."""
    return name if name == RUMOUR or name.startswith(f"{LOW_QUALITY}.") else public_name(name)


def receipt_of(decision: Recorded, verdict: Verdict | None) -> Receipt:
    """Return the receipt of a decision with the latest verdict on it."""
    outcome = _outcome(Judgement(decision.suggestion, decision.result, decision.versions))
    return Receipt(
        **dict(outcome),
        id=decision.id,
        created_at=decision.created_at,
        request_id=decision.request_id,
        key_id=decision.key_id,
        store=decision.store,
        item=ItemForm(
            id=decision.item_id,
            title=decision.title,
            text=decision.text,
            author_id=decision.author_id,
            channel=decision.channel,
            published_at=decision.published_at,
        ),
        fingerprint=decision.fingerprint,
        explain=decision.explain,
        verdict=None if verdict is None else _verdict_form(verdict),
        erased_at=decision.erased_at,
    )


def _verdict_form(verdict: Verdict) -> VerdictForm:
    return VerdictForm(
        verdict=verdict.verdict,
        labels={public_label(name): value for name, value in verdict.labels.items()},
        note=verdict.note,
        by=verdict.key_id,
        at=verdict.created_at,
    )


def _outcome(judgement: Judgement) -> Outcome:
    result = judgement.result
    return Outcome(
        suggestion=judgement.suggestion,
        scores=Scores(**result["scores"]),
        labels=[LabelScore(**label) for label in result["labels"]],
        reasons=result["reasons"],
        debunks=result["debunks"],
        coverage=Coverage(**result["coverage"]),
        versions=VersionsForm.model_validate(judgement.versions.to_json()),
    )


def _item_of(decision: Recorded) -> Item:
    """Return the post of a decision; raises NotReplayable when it is not kept."""
    if decision.text is None:
        raise NotReplayable(
            "The text was removed at the wish of its author, so it cannot be scored again."
            if decision.erased_at
            else f"The text was not kept (store: {decision.store}), so it cannot be scored again. "
            'Send it to POST /score, with "store": true where it may be kept.'
        )
    return Item(
        id=decision.item_id,
        title=decision.title,
        text=decision.text,
        author_id=decision.author_id,
        channel=decision.channel,
        published_at=decision.published_at,
    )


def _read_labels(said: Mapping[str, int], decision: Recorded) -> dict[str, int]:
    """Return labels by short name; raises InvalidRequest for unknown and contradictory ones."""
    answered = [label["label"] for label in decision.result["labels"]]
    known = {*answered, *(public_name(name) for name in (*LABEL_NAMES, *RULE_LABELS))}
    labels: dict[str, int] = {}
    faults = []
    for name, value in said.items():
        public = public_label(name)
        short = public.removeprefix(f"{LOW_QUALITY}.")
        pointer = pointer_to(("labels", name))
        if public not in known:
            faults.append(FieldError(pointer, f"is no label; known are {', '.join(sorted(known))}"))
        elif labels.setdefault(short, value) != value:
            faults.append(FieldError(pointer, "is said to hold and not to hold"))
    if faults:
        said_all = "; ".join(f"{fault.pointer[1:]} {fault.detail}" for fault in faults[:3])
        raise InvalidRequest(f"{said_all}.", errors=faults)
    return labels
