"""From studies to their wire form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import yaml

from models.labels import public_name
from models.thresholds import Bounds
from service.catalogue import whatif as texts
from service.decide import STRENGTH
from service.policy.compile import Compiled
from service.whatif.past import Past
from service.whatif.schemas import (
    MOST_SAMPLES,
    LabelFlips,
    Loads,
    Measured,
    Reached,
    ReviewLoad,
    Sample,
    SuggestionFlip,
    Suggestions,
    WhatifAnswer,
)
from service.whatif.study import LabelStudy, Load, Study, Truth

SNIPPET = 80
HOURS_A_DAY = 24


def whatif_answer(
    done: Study,
    posts: Sequence[Past],
    *,
    policy: str | None,
    release: str,
    left_out: int,
    reviewed: bool,
    reached: Reached | None,
) -> WhatifAnswer:
    """Return the answer to a what-if."""
    times = [past.at for past in posts if past.at is not None]
    releases = Counter(past.release for past in posts if past.release)
    return WhatifAnswer(
        policy=policy,
        release=release,
        posts=done.posts,
        left_out=left_out,
        since=min(times, default=None),
        until=max(times, default=None),
        releases=dict(releases),
        suggestions=Suggestions(
            then={name: done.then[name] for name in STRENGTH},
            now={name: done.now[name] for name in STRENGTH},
            flips=[
                SuggestionFlip(
                    then=then, now=now, posts=len(flipped), samples=_samples(flipped, None)
                )
                for (then, now), flipped in sorted(done.flips.items())
            ],
        ),
        labels=[_label(one) for one in done.labels],
        load=Loads(
            posts_per_hour=done.load_now.posts_per_hour,
            then=_load(done.load_then),
            now=_load(done.load_now),
        ),
        target=reached,
        notes=_notes(done, releases, release, reviewed=reviewed),
    )


def reached_answer(compiled: Compiled, shift: float, per_hour: float) -> Reached:
    """Return a policy that keeps to a target."""
    content = compiled.draft.document.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude_none=True
    )
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    return Reached(
        reviews_per_hour=round(per_hour, 2), shift=round(shift, 4), policy=content, yaml=text
    )


def _label(study: LabelStudy) -> LabelFlips:
    return LabelFlips(
        label=public_name(study.label),
        then=study.then,
        now=study.now,
        newly=len(study.newly),
        no_longer=len(study.no_longer),
        newly_samples=_samples(study.newly, study.label),
        no_longer_samples=_samples(study.no_longer, study.label),
        known={"positives": study.positives, "negatives": study.negatives},
        measured_then=_measured(study.truth_then),
        measured_now=_measured(study.truth_now),
    )


def _samples(posts: Sequence[Past], label: str | None) -> list[Sample]:
    return [
        Sample(
            decision_id=past.id,
            text=None if past.post is None else _snippet(past.post.text),
            score=None if label is None else past.score.probabilities.get(label),
        )
        for past in posts[:MOST_SAMPLES]
    ]


def _snippet(text: str) -> str:
    return text if len(text) <= SNIPPET else f"{text[:SNIPPET]}…"


def _measured(truth: Truth) -> Measured:
    return Measured(
        precision=truth.precision.value,
        precision_interval=_bounds(truth.precision.interval),
        recall=truth.recall.value,
        recall_interval=_bounds(truth.recall.interval),
    )


def _load(load: Load) -> ReviewLoad:
    per_hour, interval = load.per_hour, load.interval
    return ReviewLoad(
        share=load.reviews.value,
        per_hour=per_hour,
        per_hour_interval=_bounds(interval),
        per_day=None if per_hour is None else per_hour * HOURS_A_DAY,
        per_day_interval=_bounds(interval, HOURS_A_DAY),
        busiest_hour=load.busiest,
    )


def _bounds(bounds: Bounds | None, times: float = 1) -> list[float] | None:
    return None if bounds is None else [bound * times for bound in bounds]


def _notes(done: Study, releases: Counter[str], release: str, *, reviewed: bool) -> list[str]:
    notes = []
    if reviewed and any(one.positives + one.negatives for one in done.labels):
        notes.append(texts.NOTE_BIAS)
    if set(releases) - {release}:
        notes.append(texts.NOTE_RELEASES)
    if done.load_now.posts_per_hour is None:
        notes.append(texts.NOTE_SHORT)
    return notes
