"""What the domains of the service hold while it runs: opened in order, closed in reverse.

Each domain has one attribute of `Domains`, which its endpoints reach as `state.domains.NAME`, and
one place in `open_domains`, or in `open_lasting` if it knows nothing of the release: that is opened
once, while the rest is opened anew for every release. To add one: open it below those it needs, and
hand what has to be closed to `stack`, such as `stack.push_async_callback(outbox.close)`.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from models.scorer import Scorer
from service.author.service import Authors
from service.debunk.service import DebunkService
from service.decision.fingerprint import Fingerprints
from service.decision.recorder import Recorder
from service.decision.repository import DecisionRepository
from service.decision.retention import Retention
from service.decision.service import DecisionService
from service.event.outbox import Outbox
from service.feedback.repository import FeedbackRepository
from service.feedback.service import FeedbackService
from service.idempotency.repository import IdempotencyRepository
from service.idempotency.service import Idempotency
from service.key.repository import KeyRepository
from service.key.service import Keys
from service.policy.service import Policies
from service.retrospect.repository import RetrospectRepository
from service.retrospect.service import Retrospect
from service.rule.service import RuleBook
from service.settings import Settings
from service.store.database import Database
from service.whatif.repository import TruthRepository
from service.whatif.service import WhatIf
from service.word.lint import Linter
from service.word.service import WordService


@dataclass(frozen=True, slots=True)
class Domains:
    """The services of every domain, ready to use."""

    database: Database
    keys: Keys
    idempotency: Idempotency
    decisions: DecisionRepository
    recorder: Recorder
    receipts: DecisionService
    authors: Authors
    feedback: FeedbackService
    policies: Policies
    whatif: WhatIf
    words: WordService
    linter: Linter
    rules: RuleBook
    debunks: DebunkService
    outbox: Outbox
    retrospect: Retrospect


@dataclass(frozen=True, slots=True)
class Lasting:
    """What outlives a release: the store, who calls, what was decided, what is told to others."""

    database: Database
    keys: Keys
    idempotency: Idempotency
    fingerprints: Fingerprints
    decisions: DecisionRepository
    recorder: Recorder
    rules: RuleBook
    outbox: Outbox


class Running(Protocol):
    """Works in the background from `start` to `close`."""

    def start(self) -> None:
        """Begin; needs a running event loop."""

    async def close(self) -> None:
        """Stop and wait for the end."""


R = TypeVar("R", bound=Running)


def _started(stack: AsyncExitStack, one: R) -> R:
    one.start()
    stack.push_async_callback(one.close)
    return one


async def open_lasting(settings: Settings, stack: AsyncExitStack) -> Lasting:
    """Open what knows nothing of a release; what has to be closed is put on `stack`.

    Raises MingjianError that says what cannot be used and what to do.
    """
    database = await Database.open(settings.database_url)
    stack.push_async_callback(database.close)
    keys = _started(stack, Keys(KeyRepository(database)))
    fingerprints = Fingerprints.open(settings.fingerprint_key, database.file)
    # Services that share a PostgreSQL share a secret only where one is set.
    shared = bool(settings.fingerprint_key) or database.file is not None
    idempotency = Idempotency(
        IdempotencyRepository(database),
        keep=timedelta(hours=settings.idempotency_hours),
        # Well beyond what a request that is still worked on can take.
        lease=timedelta(seconds=settings.deadline_s + 60),
        secret=fingerprints.derived(b"idempotency") if shared else b"",
    )
    decisions = DecisionRepository(database, fingerprints)
    recorder = _started(stack, Recorder(decisions.add))
    _started(stack, Retention(decisions, settings.retention_days))
    outbox = _started(stack, Outbox.of(settings, database))
    # Last, so that work which a caller has named can still be finished.
    _started(stack, idempotency)
    return Lasting(
        database=database,
        keys=keys,
        idempotency=idempotency,
        fingerprints=fingerprints,
        decisions=decisions,
        recorder=recorder,
        rules=RuleBook(),
        outbox=outbox,
    )


async def open_domains(
    settings: Settings, lasting: Lasting, scorer: Scorer, stack: AsyncExitStack
) -> Domains:
    """Open every domain for one release; what has to be closed is put on `stack`.

    Raises MingjianError that says what cannot be used and what to do.
    """
    database, decisions, outbox = lasting.database, lasting.decisions, lasting.outbox
    policies = await Policies.open(scorer.release, database, settings.policies)
    stack.push_async_callback(policies.close)
    words = await WordService.open(database, scorer.release.normaliser)
    stack.push_async_callback(words.close)
    debunks = await DebunkService.open(database, scorer)
    stack.push_async_callback(debunks.close)
    retrospect = Retrospect(
        RetrospectRepository(database),
        debunks,
        decisions,
        scorer,
        urls=outbox.urls,
        told=outbox.wake,
    )
    _started(stack, retrospect)
    return Domains(
        database=database,
        keys=lasting.keys,
        idempotency=lasting.idempotency,
        decisions=decisions,
        feedback=FeedbackService(
            FeedbackRepository(database),
            decisions.get,
            lambda text: scorer.release.normaliser(text).text,
        ),
        recorder=lasting.recorder,
        receipts=DecisionService(decisions, policies),
        authors=Authors(database, lasting.fingerprints),
        policies=policies,
        whatif=WhatIf(
            decisions,
            TruthRepository(database),
            policies,
            words,
            # One thread: trying things out must not slow down what is asked for now.
            lambda name: Scorer.open(name, **(settings.runtime | {"threads": 1})),
        ),
        words=words,
        linter=Linter(words, decisions, scorer.release.normaliser),
        rules=lasting.rules,
        debunks=debunks,
        outbox=outbox,
        retrospect=retrospect,
    )
