"""From a document to what it means for a release: every threshold a number, every rule named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from models.errors import FieldError, InvalidInput
from models.labels import LABEL_NAMES, LOW_QUALITY, public_name
from service.community_rules.service import HouseRules
from service.decide import (
    OFF,
    RULE_LABELS,
    RULE_THRESHOLD,
    ActivePolicy,
    DebunkRule,
    LabelRule,
    WordRule,
)
from service.policy.document import (
    ALL,
    DAYS,
    OWN,
    Judgement,
    LabelPart,
    Schedule,
    short_label,
    wall,
)
from service.policy.reading import Draft, refuse
from service.policy.schedule import Hours
from service.policy.source import Path
from service.release.thresholds import ReleaseThresholds
from service.wire import Wire

W = TypeVar("W", bound=Wire)
Written = float | str


@dataclass(frozen=True, slots=True)
class Variant:
    """What applies on a channel (None: any other) and in a schedule (None: at other times).

    `written` has the thresholds as the document says them, by short label.
    """

    channel: str | None
    schedule: str | None
    policy: ActivePolicy
    written: Mapping[str, Written]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy for one release; `faults` are what could not be done as written."""

    name: str
    draft: Draft
    hours: tuple[tuple[str, Hours], ...]
    variants: tuple[Variant, ...]
    active: Mapping[str | None, ActivePolicy]
    faults: tuple[FieldError, ...]

    def at(self, moment: datetime | None = None) -> ActivePolicy:
        """Return what applies at a moment, now without one: the first schedule that holds."""
        if not self.hours:
            return self.active[None]
        moment = datetime.now(UTC) if moment is None else moment
        return self.active[next((name for name, hours in self.hours if hours.hold(moment)), None)]


def compile_policy(
    name: str, draft: Draft, thresholds: ReleaseThresholds, rules: HouseRules
) -> Compiled:
    """Resolve a document against a release.

    What cannot be done is told in `faults`, and the release's own threshold stands in for it: a
    release that is exchanged must not leave a policy without thresholds.
    """
    document = draft.document
    compiler = _Compiler(name, draft, thresholds, rules)
    hours = tuple((one.name, _hours(one)) for one in document.schedules)
    active: dict[str | None, ActivePolicy] = {}
    variants: list[Variant] = []
    layers: list[tuple[str | None, Path, Judgement | None]] = [(None, (), None)]
    layers += [(one.name, ("schedules", n), one) for n, one in enumerate(document.schedules)]
    for schedule, path, layer in layers:
        base = compiler.variant(None, schedule, [(path, layer)])
        of_channels = [
            compiler.variant(channel, schedule, [(("channels", channel), part), (path, layer)])
            for channel, part in document.channels.items()
        ]
        channels = {one.channel or "": one.policy for one in of_channels}
        active[schedule] = replace(base.policy, channels=channels)
        variants += [base, *of_channels]
    return Compiled(
        name, draft, hours, tuple(variants), active, tuple(dict.fromkeys(compiler.faults))
    )


def check_policy(
    name: str, draft: Draft, thresholds: ReleaseThresholds, rules: HouseRules
) -> Compiled:
    """Compile a policy that is about to be kept; raises InvalidPolicy where anything is amiss."""
    compiled = compile_policy(name, draft, thresholds, rules)
    if compiled.faults:
        raise refuse(compiled.faults)
    return compiled


class _Compiler:
    def __init__(
        self, name: str, draft: Draft, thresholds: ReleaseThresholds, rules: HouseRules
    ) -> None:
        self.faults: list[FieldError] = []
        self._name = name
        self._draft = draft
        self._thresholds = thresholds
        self._rules = rules
        self._order = (*thresholds.release.labels, *RULE_LABELS)
        if draft.document.name not in (None, name):
            self._fault(("name",), f"says {draft.document.name}, but the policy is called {name}")
        names = [one.name for one in draft.document.schedules]
        for place, one in enumerate(names):
            if one in names[:place]:
                self._fault(("schedules", place, "name"), "names two schedules alike")

    def variant(
        self,
        channel: str | None,
        schedule: str | None,
        layers: Sequence[tuple[Path, Judgement | None]],
    ) -> Variant:
        """Lay the base, then each layer over it, and resolve what comes out."""
        parts: dict[str, tuple[Path, LabelPart]] = {}
        judgement: Judgement = self._draft.document
        self._lay(parts, (), judgement)
        for path, layer in layers:
            if layer is not None:
                self._lay(parts, path, layer)
                judgement = _over(judgement, layer)
        labels = {label: self._label(label, parts) for label in self._order}
        overall = self._overall(parts)
        policy = ActivePolicy(
            name=self._name,
            version=self._draft.version,
            labels=labels,
            low_quality=overall,
            words=self._words(judgement),
            debunks=self._debunks(judgement),
            store=judgement.store or "text",
            schedule=schedule,
        )
        written = {
            label: part.threshold or OWN for label, (_, part) in parts.items() if label in labels
        }
        if overall is not None:
            written[LOW_QUALITY] = parts[LOW_QUALITY][1].threshold or OWN
        return Variant(channel, schedule, policy, written)

    def _lay(self, parts: dict[str, tuple[Path, LabelPart]], path: Path, layer: Judgement) -> None:
        seen: dict[str, str] = {}
        named: dict[str, tuple[Path, LabelPart]] = {
            name: (("labels", name), part) for name, part in layer.labels.items()
        }
        if layer.low_quality is not None:
            named[LOW_QUALITY] = (("low_quality",), layer.low_quality)
        for name, (place, part) in named.items():
            label = short_label(name)
            where: Path = (*path, *place)
            if label in seen:
                self._fault(where, f"names the same label as {seen[label]}")
            elif label not in (*self._order, *LABEL_NAMES, LOW_QUALITY):
                known = ", ".join(public_name(one) for one in self._order)
                self._fault(where, f"is no label of the release, which has {known}")
            seen[label] = name
            before = parts.get(label)
            merged = part if before is None else _over(before[1], part)
            # A threshold that an outer layer wrote is told where it stands.
            parts[label] = (before[0] if before and part.threshold is None else where, merged)

    def _label(self, label: str, parts: Mapping[str, tuple[Path, LabelPart]]) -> LabelRule:
        path, part = parts.get(label, ((), LabelPart()))
        by_rule = label in RULE_LABELS
        own = RULE_THRESHOLD if by_rule else self._thresholds.own(label)
        if by_rule and (part.threshold not in (None, OWN) or part.block_at is not None):
            self._fault(
                (*path, "threshold" if part.threshold else "block_at"),
                "is not used: rules find this label, with score 0 or 1",
            )
            part = part.model_copy(update={"threshold": None, "block_at": None})
        threshold = self._resolve(label, (*path, "threshold"), part.threshold)
        rule = self._rule((*path, "rule"), part.rule) or self._rules.of_label(label)
        return self._label_rule(label, path, part, own if threshold is None else threshold, rule)

    def _overall(self, parts: Mapping[str, tuple[Path, LabelPart]]) -> LabelRule | None:
        if LOW_QUALITY not in parts:
            return None
        path, part = parts[LOW_QUALITY]
        if part.enabled is False:
            return None
        if part.threshold is None or part.threshold == OWN:
            self._fault(path, "needs a threshold: the release has none of its own for it")
            return None
        threshold = self._resolve(LOW_QUALITY, (*path, "threshold"), part.threshold)
        if threshold is None:
            return None
        rule = self._rule((*path, "rule"), part.rule)
        return self._label_rule(LOW_QUALITY, path, part, threshold, rule)

    def _label_rule(
        self, label: str, path: Path, part: LabelPart, threshold: float, rule: str | None
    ) -> LabelRule:
        enabled = part.enabled is not False
        block_at = self._resolve(label, (*path, "block_at"), part.block_at)
        if block_at is not None and block_at < threshold:
            self._fault(
                (*path, "block_at"),
                f"comes to {block_at:g}, below the threshold {threshold:g}: what is blocked "
                "must be flagged; lower the threshold or raise block_at",
            )
            block_at = threshold
        return LabelRule(
            threshold=threshold if enabled else OFF,
            suggestion=part.suggestion or "review",
            rule=rule,
            enabled=enabled,
            block_at=block_at if enabled else None,
        )

    def _resolve(self, label: str, path: Path, written: Written | None) -> float | None:
        """Return the threshold that is written, None where none is or it cannot be had."""
        if written is None or written == OWN:
            return None
        try:
            return self._thresholds.resolve(label, written)
        except InvalidInput as error:
            self._fault(path, error.detail.rstrip("."))
            return None

    def _words(self, judgement: Judgement) -> WordRule:
        part = judgement.words
        every = part.lists is None or part.lists == [ALL]
        return WordRule(
            lists=None if every else frozenset(part.lists or ()),
            block=part.block or "review",
            review=part.review or "review",
            allow=part.allow or "covers",
            rule=self._rule(("words", "rule"), part.rule) or self._rules.of_evidence("words"),
        )

    def _debunks(self, judgement: Judgement) -> DebunkRule:
        part = judgement.debunks
        return DebunkRule(
            confirmed=part.confirmed or "review",
            suggested=part.suggested or "pass",
            rule=self._rule(("debunks", "rule"), part.rule) or self._rules.of_evidence("debunks"),
        )

    def _rule(self, path: Path, rule: str | None) -> str | None:
        if rule is not None and rule not in self._rules.ids:
            self._fault(path, f"{rule} is no community rule; GET /rules lists them")
        return rule

    def _fault(self, path: Path, detail: str) -> None:
        self.faults.append(self._draft.fault(path, detail))


def _over(below: W, above: Wire) -> W:
    """Return `below` with what `above` says of the same fields; parts inside are laid likewise."""
    update: dict[str, object] = {}
    for name in type(below).model_fields:
        value = getattr(above, name, None)
        if name in above.model_fields_set and value is not None:
            inner = getattr(below, name)
            both = isinstance(inner, Wire) and isinstance(value, Wire)
            update[name] = _over(inner, value) if both else value
    return below.model_copy(update=update)


def _hours(schedule: Schedule) -> Hours:
    weekdays = frozenset(DAYS.index(day) for day in schedule.days)
    return Hours(wall(schedule.begin), wall(schedule.end), schedule.timezone, weekdays)
