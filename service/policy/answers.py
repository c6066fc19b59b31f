"""From policies to their wire forms."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from models.errors import FieldError
from models.labels import LOW_QUALITY, public_name
from service.decide import LabelRule
from service.policy.compile import Compiled, Variant
from service.policy.document import ALL, Judgement
from service.policy.reading import Draft
from service.policy.repository import Form, Kept, Origin
from service.policy.schemas import (
    Applied,
    DebunksInForce,
    FileFaultInfo,
    LabelInForce,
    PoliciesAnswer,
    PolicyInfo,
    PolicySummary,
    VersionsAnswer,
    VersionSummary,
    WordsInForce,
)
from service.policy.service import Entry, Snapshot
from service.policy.source import Path
from service.release.schemas import Support
from service.release.service import interval_of
from service.release.thresholds import ReleaseThresholds
from service.wire import FieldFault


def all_policies(snapshot: Snapshot, lists: Collection[str]) -> PoliciesAnswer:
    """Return every policy in force, and what cannot be used; `lists` are the word lists there are.

    A policy may come before its word lists, so one that names others is told and not refused.
    """
    return PoliciesAnswer(
        policies=[summary(entry, lists) for entry in snapshot.entries.values()],
        file_faults=[
            FileFaultInfo(
                file=fault.file, detail=fault.error.detail, errors=_faults(fault.error.errors)
            )
            for fault in snapshot.file_faults
        ],
    )


def summary(entry: Entry, lists: Collection[str]) -> PolicySummary:
    """Return what a list says of a policy."""
    compiled = entry.compiled
    return PolicySummary(
        name=compiled.name,
        version=compiled.draft.version,
        origin=entry.origin,
        description=compiled.draft.document.description,
        schedule=compiled.at().schedule,
        faults=_faults([*compiled.faults, *missing_lists(compiled.draft, lists)]),
    )


def missing_lists(draft: Draft, lists: Collection[str]) -> list[FieldError]:
    """Return a fault for every word list that a policy names and that there is not."""
    document = draft.document
    parts: list[tuple[Path, Judgement]] = [((), document)]
    parts += [(("channels", name), part) for name, part in document.channels.items()]
    parts += [(("schedules", place), part) for place, part in enumerate(document.schedules)]
    return [
        draft.fault(
            (*path, "words", "lists", place),
            f"{name} is no word list yet, so nothing of it is found; POST /words makes it",
        )
        for path, part in parts
        for place, name in enumerate(part.words.lists or ())
        if name != ALL and name not in lists
    ]


def describe(
    compiled: Compiled,
    origin: Origin,
    form: Form,
    thresholds: ReleaseThresholds,
    lists: Collection[str],
) -> PolicyInfo:
    """Return everything about a version of a policy; measures its thresholds, so use a thread."""
    draft = compiled.draft
    return PolicyInfo(
        name=compiled.name,
        version=draft.version,
        origin=origin,
        description=draft.document.description,
        schedule=compiled.at().schedule,
        form=form,
        source=draft.text,
        document=draft.document.model_dump(
            mode="json", by_alias=True, exclude_unset=True, exclude_none=True
        ),
        applied=[_applied(variant, thresholds) for variant in compiled.variants],
        faults=_faults([*compiled.faults, *missing_lists(draft, lists)]),
    )


def all_versions(name: str, kept: Sequence[Kept], in_force: str | None) -> VersionsAnswer:
    """Return the versions of a policy; `in_force` is the one that decides now."""
    return VersionsAnswer(
        name=name,
        versions=[
            VersionSummary(
                version=one.version,
                origin=one.origin,
                form=one.form,
                created_at=one.created_at,
                created_by=one.created_by,
                in_force=one.version == in_force,
            )
            for one in kept
        ],
    )


def _applied(variant: Variant, thresholds: ReleaseThresholds) -> Applied:
    policy = variant.policy
    overall = policy.low_quality
    lists = policy.words.lists
    return Applied(
        channel=variant.channel,
        schedule=variant.schedule,
        labels=[_label(label, rule, variant, thresholds) for label, rule in policy.labels.items()],
        low_quality=None if overall is None else _label(LOW_QUALITY, overall, variant, thresholds),
        words=WordsInForce(
            lists=None if lists is None else sorted(lists),
            block=policy.words.block,
            review=policy.words.review,
            allow=policy.words.allow,
            rule=policy.words.rule,
        ),
        debunks=DebunksInForce(
            confirmed=policy.debunks.confirmed,
            suggested=policy.debunks.suggested,
            rule=policy.debunks.rule,
        ),
        store=policy.store,
    )


def _label(
    label: str, rule: LabelRule, variant: Variant, thresholds: ReleaseThresholds
) -> LabelInForce:
    measured = thresholds.measures(label) and rule.enabled
    point = thresholds.measure(label, rule.threshold) if measured else None
    return LabelInForce(
        label=label if label == LOW_QUALITY else public_name(label),
        enabled=rule.enabled,
        threshold=rule.threshold,
        written=variant.written.get(label),
        precision=None if point is None else point.precision,
        recall=None if point is None else point.recall,
        interval=None if point is None else interval_of(point),
        support=None
        if point is None
        else Support(positives=point.positives, negatives=point.negatives),
        suggestion=rule.suggestion,
        block_at=rule.block_at,
        rule=rule.rule,
    )


def _faults(faults: Sequence[FieldError]) -> list[FieldFault]:
    return [FieldFault(pointer=fault.pointer, detail=fault.detail) for fault in faults]
