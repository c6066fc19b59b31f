"""How posts are scored: prepared, read by the engine, judged, explained, recorded, answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from models.scorer import Scorer
from service.decide import DEFAULT, ActivePolicy
from service.decision.record import Versions
from service.engine import Admission, Engine
from service.explain.service import explain
from service.key.caller import OPEN, Caller
from service.metrics.service import Metrics
from service.rule.service import RememberedBurst
from service.score.answer import answer
from service.score.case import Case, prepare, take, windows_of
from service.score.finding import Sources
from service.score.reading import Envelope
from service.score.recording import Record
from service.score.schemas import Item, PolicyUsed, Refused, Scored, ScoreResponse
from service.stages import Stages
from service.use import Users

T = TypeVar("T")

# Posts of so few characters are prepared and judged in less time than it takes to change threads.
SHORT = 1_000


class PolicySource(Protocol):
    """Finds policies by name."""

    def resolve(self, name: str, at: datetime | None = None) -> ActivePolicy:
        """Return the policy in force at a time; raises UnknownPolicy."""


class ScoreService:
    """Scores requests with one release through one engine."""

    def __init__(
        self,
        scorer: Scorer,
        engine: Engine,
        metrics: Metrics,
        policies: PolicySource,
        sources: Sources,
        record: Record,
    ) -> None:
        self.scorer = scorer
        self.engine = engine
        self.sources = sources
        self._metrics = metrics
        self._policies = policies
        self._record = record
        self._users = Users()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="prepare")

    async def score(
        self, envelope: Envelope, request_id: str, stages: Stages, caller: Caller = OPEN
    ) -> ScoreResponse:
        """Answer a request, one result for each entry in their order, recorded before it returns.

        Raises UnknownPolicy, OverQuota, Overloaded when the queue is full, and StoreError when the
        results cannot be recorded.
        """
        options = envelope.options
        now = datetime.now(UTC)
        policy = self._policies.resolve(DEFAULT if options.policy is None else options.policy, now)
        items = [entry for entry in envelope.entries if isinstance(entry, Item)]
        explained = bool(options.explain)
        # Before anything is done, so that a refusal costs next to nothing, and no quota.
        with self._users.one(), self._admit(items, explained=explained) as admission:
            caller.charge(len(envelope.entries))
            answered = await self._judge(items, policy, now, stages, admission, explained=explained)
            recorded = self._record.begin(request_id, caller, options, policy)
            with stages.measure("record"):
                scored = iter(await recorded.store(answered))
        results = [next(scored) if isinstance(e, Item) else e for e in envelope.entries]
        self._count(results)
        return ScoreResponse(
            request_id=request_id,
            release=self.scorer.release.name,
            policy=PolicyUsed(name=policy.name, version=policy.version),
            results=results,
        )

    async def rescore(
        self, item: Item, policy: ActivePolicy, explained: bool, burst: str | None = None
    ) -> Scored:
        """Return what a post would be answered now under a policy; nothing is recorded.

        `burst` is what was noted of it as one of many like it, which the post alone does not tell.
        Raises Overloaded when the queue is full.
        """
        rules = self.sources.rules and RememberedBurst(self.sources.rules, burst)
        sources = replace(self.sources, rules=rules)
        now = datetime.now(UTC)
        with self._users.one(), self._admit([item], explained=explained) as admission:
            ((_, scored),) = await self._judge(
                [item], policy, now, Stages(), admission, explained=explained, sources=sources
            )
        return scored

    def versions(self, policy: ActivePolicy) -> Versions:
        """Return everything that takes part in a decision under a policy now."""
        return self._record.versions(policy)

    async def close(self) -> None:
        """Finish what was accepted, then stop the engine and the thread that prepares posts."""
        await self._users.gone()
        await self.engine.close()
        self._thread.shutdown()

    def _admit(self, items: Sequence[Item], *, explained: bool) -> Admission:
        return self.engine.admit(_characters(items), explain=explained)

    async def _judge(
        self,
        items: Sequence[Item],
        policy: ActivePolicy,
        now: datetime,
        stages: Stages,
        admission: Admission,
        *,
        explained: bool,
        sources: Sources | None = None,
    ) -> list[tuple[Case, Scored]]:
        if not items:
            return []
        scorer, sources = self.scorer, sources or self.sources
        do = _here if _characters(items) <= SHORT else self._aside
        cases = await do(partial(prepare, scorer, sources, items, policy, now, stages))
        outputs = await self.engine.infer(windows_of(cases), stages, admission=admission)
        judge = partial(take, scorer, sources, cases, outputs, now, stages)
        if explained:
            await self._aside(judge)
            await explain(scorer, self.engine, cases, self._aside, stages)
            return await self._aside(partial(self._answer, cases, stages))
        return await do(partial(self._answer, cases, stages, after=judge))

    def _answer(
        self, cases: Sequence[Case], stages: Stages, *, after: Callable[[], None] | None = None
    ) -> list[tuple[Case, Scored]]:
        if after is not None:
            after()
        normaliser = self.scorer.release.normaliser
        with stages.measure("answer"):
            return [(case, answer(case, normaliser)) for case in cases]

    async def _aside(self, work: Callable[[], T]) -> T:
        """Do what takes the processor for long beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _count(self, results: Sequence[Scored | Refused]) -> None:
        ended = Counter[str](
            result.suggestion if isinstance(result, Scored) else result.problem.code
            for result in results
        )
        flags = Counter(
            label.label
            for result in results
            if isinstance(result, Scored)
            for label in result.labels
            if label.flagged
        )
        for outcome, number in ended.items():
            self._metrics.items.labels(outcome).inc(number)
        for label, number in flags.items():
            self._metrics.flags.labels(label).inc(number)


async def _here(work: Callable[[], T]) -> T:
    """Do what is done at once."""
    return work()


def _characters(items: Sequence[Item]) -> int:
    return sum(len(item.text) + len(item.title or "") for item in items)
