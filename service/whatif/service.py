"""Trying a change on what was recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.errors import FieldError, ReleaseError
from models.release import Release
from models.scorer import Scorer
from service.decide import DEFAULT, ActivePolicy
from service.decision.repository import DecisionRepository
from service.errors import InvalidRequest
from service.policy.compile import Compiled, compile_policy
from service.policy.document import PolicyDocument
from service.policy.errors import InvalidPolicy, below
from service.policy.reading import Draft, draft_of
from service.policy.service import Policies
from service.release.thresholds import ReleaseThresholds
from service.whatif.again import match_again, score_again
from service.whatif.answers import reached_answer, whatif_answer
from service.whatif.counting import ReviewCounter
from service.whatif.errors import NothingRecorded, UnreachableTarget
from service.whatif.past import Past, from_record
from service.whatif.repository import TruthRepository
from service.whatif.schemas import (
    MOST_RESCORED,
    ChangedWords,
    Reached,
    WhatifAnswer,
    WhatifRequest,
)
from service.whatif.study import Judge, rate, study
from service.whatif.target import reach
from service.word.entries import Entry, WordList
from service.word.matcher import WordMatcher
from service.word.reading import Fault, read_draft, read_new
from service.word.service import WordService
from service.word.snapshot import compile_lists

CANDIDATE = "what-if"
OpenScorer = Callable[[str], Scorer]


@dataclass(frozen=True, slots=True)
class Material:
    """Posts to try a change on, and how many were left out; `posts_per_hour` None: by their times.

    `release` is the one whose scores the posts have. `reviewed`: what is known of the posts comes
    from people who mostly saw what was flagged.
    """

    posts: Sequence[Past]
    release: Release
    left_out: int = 0
    posts_per_hour: float | None = None
    reviewed: bool = True


class WhatIf:
    """Runs what-ifs over recorded decisions."""

    def __init__(
        self,
        decisions: DecisionRepository,
        truth: TruthRepository,
        policies: Policies,
        words: WordService,
        open_scorer: OpenScorer,
    ) -> None:
        self._decisions = decisions
        self._truth = truth
        self._policies = policies
        self._words = words
        self._open_scorer = open_scorer
        # A second release takes its memory once, however many ask at the same time.
        self._scoring = asyncio.Lock()

    async def run(
        self,
        request: WhatifRequest,
        *,
        bounded: bool = True,
        posts_per_hour: float | None = None,
    ) -> WhatifAnswer:
        """Answer a what-if; `bounded` keeps re-scoring within what a request can wait for.

        `posts_per_hour` takes the place of the rate at which the posts were recorded.

        Raises UnknownPolicy, InvalidPolicy, InvalidRequest, NothingRecorded and UnreachableTarget.
        """
        if bounded and request.release is not None and request.sample > MOST_RESCORED:
            raise InvalidRequest(
                f"Another release scores every post again, so sample may be {MOST_RESCORED:,} at "
                "most; `mingjian whatif` takes as many as you like."
            )
        release = self._policies.thresholds.release
        # Before anything is read: a policy that is wrong is told at once.
        if request.release is None:
            candidate(request.policy, self._policies)
        posts, left_out = await self._posts(request)
        if request.words is not None:
            matcher = await asyncio.to_thread(self._matcher, request.words)
            posts = await match_again(posts, matcher, release.normaliser)
        if request.release is not None:
            async with self._scoring:
                scorer = await asyncio.to_thread(self._open, request.release)
                posts = await score_again(posts, scorer)
            release = scorer.release
        if not posts:
            raise NothingRecorded(
                "No decision is recorded that this could be tried on. Score some posts first; "
                "words and release need decisions whose text is stored."
            )
        material = Material(posts, release, left_out, posts_per_hour)
        return await asyncio.to_thread(answer_whatif, request, material, self._policies)

    def _open(self, name: str) -> Scorer:
        try:
            return self._open_scorer(name)
        except ReleaseError as error:
            fault = FieldError("/release", error.detail)
            raise InvalidRequest(f"{error.detail}.", errors=[fault]) from None

    async def _posts(self, request: WhatifRequest) -> tuple[list[Past], int]:
        kinds = {name: one.kind for name, one in self._words.snapshot.lists.items()}
        with_text = request.words is not None or request.release is not None
        taken, left_out = [], 0
        async for recorded in self._decisions.recorded(limit=request.sample, with_text=False):
            of_policy = request.of_policy in (None, recorded.versions.policy)
            if of_policy and (recorded.text is not None or not with_text):
                taken.append(recorded)
            else:
                left_out += 1
        truth = await self._truth.of([recorded.id for recorded in taken])
        posts = [from_record(one, kinds, truth.get(one.id, {})) for one in taken]
        return posts, left_out

    def _matcher(self, changed: ChangedWords) -> WordMatcher:
        service = self._words
        entries: list[Entry] = []
        for number, form in enumerate(changed.entries):
            draft = read_draft(form.model_dump(), service.clock())
            read = read_new(f"{CANDIDATE}-{number}", draft, service.read)
            if isinstance(read, Fault):
                fault = FieldError(f"/words/entries/{number}", read.detail)
                raise InvalidRequest(f"words/entries/{number}: {read.detail}.", errors=[fault])
            entries.append(read)
        lists = [one for one in service.snapshot.lists.values() if one.name != changed.list]
        lists.append(WordList(changed.list, changed.kind, tuple(entries)))
        return WordMatcher(compile_lists(lists))


def candidate(policy: str | PolicyDocument | None, policies: Policies) -> Compiled | None:
    """Return the policy that is asked about, None where each post keeps its own.

    Raises UnknownPolicy and InvalidPolicy.
    """
    if policy is None:
        return None
    if isinstance(policy, str):
        return policies.named(policy).compiled
    try:
        return policies.check(policy.name or CANDIDATE, _draft(policy))
    except InvalidPolicy as error:
        raise below("/policy", error) from None


def answer_whatif(request: WhatifRequest, material: Material, policies: Policies) -> WhatifAnswer:
    """Decide the posts of `material` again and answer; takes a while, so use a thread."""
    compiled = candidate(request.policy, policies)
    own = policies.thresholds.release
    thresholds = (
        policies.thresholds
        if material.release.fingerprint == own.fingerprint
        else ReleaseThresholds(material.release)
    )

    def compile_draft(draft: Draft) -> Compiled:
        return compile_policy(draft.document.name or CANDIDATE, draft, thresholds, policies.rules)

    if compiled is not None and thresholds is not policies.thresholds:
        compiled = compile_policy(compiled.name, compiled.draft, thresholds, policies.rules)
    reached = None
    if request.target is not None:
        base = compiled if compiled is not None else policies.find(DEFAULT).compiled
        compiled, reached = _reach(base, request.target.reviews_per_hour, material, compile_draft)
    judge = _own_policies(policies) if compiled is None else _judge(compiled)
    return whatif_answer(
        study(material.posts, judge, material.posts_per_hour),
        material.posts,
        policy=None if compiled is None else compiled.name,
        release=material.release.name,
        left_out=material.left_out,
        reviewed=material.reviewed,
        reached=reached,
    )


def _reach(
    base: Compiled, limit: float, material: Material, compile_draft: Callable[[Draft], Compiled]
) -> tuple[Compiled, Reached]:
    posts = material.posts
    per_hour = material.posts_per_hour or rate(posts)
    if per_hour is None:
        raise UnreachableTarget(
            "The recorded posts span too short a time to know how many come in an hour. Wait "
            "until there are more, or use `mingjian whatif` with --posts-per-hour."
        )

    counter = ReviewCounter(posts, base)

    def reviews(compiled: Compiled) -> float:
        return counter.count(compiled) / len(posts) * per_hour

    compiled, shift = reach(base, limit, compile_draft, reviews)
    return compiled, reached_answer(compiled, shift, reviews(compiled))


def _judge(compiled: Compiled) -> Judge:
    def judge(past: Past) -> ActivePolicy:
        return compiled.at(past.at).on(past.channel)

    return judge


def _own_policies(policies: Policies) -> Judge:
    def judge(past: Past) -> ActivePolicy:
        entries = policies.snapshot.entries
        name = past.policy if past.policy in entries else DEFAULT
        return policies.resolve(name, past.at).on(past.channel)

    return judge


def _draft(document: PolicyDocument) -> Draft:
    return draft_of(
        document.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    )
