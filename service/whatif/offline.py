"""`mingjian whatif`: the same over a file of posts, or over the store without a running service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from models.errors import InvalidInput
from models.labels import LOW_QUALITY, RUMOUR
from models.release import Release, find_release
from models.scorer import Scorer
from service.decide import DEFAULT, ActivePolicy, decide
from service.decision.fingerprint import Fingerprints
from service.decision.repository import DecisionRepository
from service.policy.document import PolicyDocument
from service.policy.reading import read_policy
from service.policy.service import Policies
from service.score.case import prepare, take, windows_of
from service.score.finding import Sources
from service.score.offline import shipped_sources
from service.score.reading import read_item
from service.score.schemas import Item, Refused
from service.settings import Settings
from service.stages import Stages
from service.store.database import Database
from service.whatif.past import Past
from service.whatif.repository import TruthRepository
from service.whatif.schemas import WhatifAnswer, WhatifRequest
from service.whatif.service import CANDIDATE, Material, WhatIf, answer_whatif
from service.word.service import WordService

CHUNK = 128
Progress = Callable[[int], None]
FIELDS = ("id", "title", "text", "channel", "author_id", "published_at")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked on the command line; `policy` is a name or a file, `release` name or folder."""

    policy: str | None = None
    against: str = DEFAULT
    release: str | None = None
    sample: int | None = None
    reviews_per_hour: float | None = None
    posts_per_hour: float | None = None

    def request(self, policies: Policies) -> WhatifRequest:
        """Return the same question as the service takes it; raises InvalidPolicy with lines."""
        target = None
        if self.reviews_per_hour is not None:
            target = {"reviews_per_hour": self.reviews_per_hour}
        request = WhatifRequest.model_validate({"target": target})
        return request.model_copy(
            update={
                "policy": read_candidate(self.policy, policies),
                "sample": self.sample or request.sample,
                "release": self.release,
            }
        )


def read_candidate(name_or_file: str | None, policies: Policies) -> str | PolicyDocument | None:
    """Return a policy's name, or the content of a YAML or JSON file.

    Raises InvalidPolicy that names the lines, InvalidInput where there is no such file.
    """
    path = Path(name_or_file or "")
    if name_or_file is None or not path.suffix:
        return name_or_file
    if not path.is_file():
        raise InvalidInput(f"{path}: no such file; name a YAML or JSON file, or a policy")
    draft = read_policy(path.read_bytes(), json=path.suffix == ".json")
    policies.check(draft.document.name or CANDIDATE, draft)
    return draft.document


def whatif_of_file(
    question: Question, source: Path, settings: Settings, told: Progress | None = None
) -> WhatifAnswer:
    """Answer a what-if over the posts of a JSONL file, which the release scores first.

    What the posts would be without the change is told by the policy `against`. Raises InvalidInput
    that names the line of the file, and what `answer_whatif` raises.
    """
    posts = list(read_posts(source, question.sample))
    release = question.release or settings.release
    scorer = Scorer.open(release, **settings.runtime)
    policies = Policies.of_files(scorer.release, settings.policies)
    request = question.request(policies)
    against = policies.find(question.against).compiled
    past = _score(posts, scorer, against.active[None], told)
    material = Material(
        past, scorer.release, posts_per_hour=question.posts_per_hour, reviewed=False
    )
    if request.policy is None and request.target is not None:
        request = request.model_copy(update={"policy": question.against})
    return answer_whatif(request, material, policies)


async def whatif_of_store(
    question: Question, database_url: str, settings: Settings
) -> WhatifAnswer:
    """Answer a what-if over the decisions of a store; raises what `WhatIf.run` raises."""
    release = await asyncio.to_thread(lambda: Release.load(find_release(settings.release)))
    database = await Database.open(database_url)
    try:
        policies = await Policies.open(release, database, settings.policies)
        words = await WordService.open(database, release.normaliser)
        try:
            decisions = DecisionRepository(
                database, Fingerprints.open(settings.fingerprint_key, database.file)
            )
            service = WhatIf(
                decisions,
                TruthRepository(database),
                policies,
                words,
                lambda name: Scorer.open(name, **settings.runtime),
            )
            request = question.request(policies)
            return await service.run(request, bounded=False, posts_per_hour=question.posts_per_hour)
        finally:
            await words.close()
            await policies.close()
    finally:
        await database.close()


def read_posts(source: Path, limit: int | None = None) -> Iterator[tuple[Item, dict[str, int]]]:
    """Yield posts with their known labels, 0 or 1 by short name.

    Items of POST /score and Examples are both read; fields that are neither's are left aside.
    Raises InvalidInput that names the line.
    """
    try:
        file = source.open("rb")
    except OSError as error:
        raise InvalidInput(f"{source}: {error.strerror}") from None
    with closing(file):
        found = 0
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            if limit is not None and found >= limit:
                return
            yield _read_line(line, f"{source}: line {number}")
            found += 1
    if not found:
        raise InvalidInput(f"{source} holds no posts")


def _read_line(line: bytes, place: str) -> tuple[Item, dict[str, int]]:
    try:
        value: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput(f"{place}: not a JSON object with a text")
    post = {name: value[name] for name in FIELDS if value.get(name) is not None}
    if "register" in value:
        post.setdefault("channel", value["register"])
    item = read_item(post, "")
    if isinstance(item, Refused):
        raise InvalidInput(f"{place}: {item.problem.detail}")
    return item, _truth(value.get("labels"), place)


def _truth(labels: object, place: str) -> dict[str, int]:
    known = {} if labels is None else labels
    if not isinstance(known, Mapping):
        raise InvalidInput(f"{place}: labels must be an object of names with 0 or 1")
    found = {}
    for name, value in known.items():
        if value is not None and value not in (0, 1):
            raise InvalidInput(f"{place}: the label {name} must be 0, 1 or null")
        if value is not None:
            short = name if name == RUMOUR else str(name).removeprefix(f"{LOW_QUALITY}.")
            found[short] = int(value)
    return found


def _score(
    posts: Sequence[tuple[Item, dict[str, int]]],
    scorer: Scorer,
    against: ActivePolicy,
    told: Progress | None,
) -> list[Past]:
    sources = shipped_sources(scorer)
    every = ActivePolicy(against.name, against.version, against.labels)
    past: list[Past] = []
    for start in range(0, len(posts), CHUNK):
        past += _score_chunk(posts[start : start + CHUNK], scorer, sources, every, against)
        if told is not None:
            told(len(past))
    return past


def _score_chunk(
    posts: Sequence[tuple[Item, dict[str, int]]],
    scorer: Scorer,
    sources: Sources,
    every: ActivePolicy,
    against: ActivePolicy,
) -> Iterator[Past]:
    now, stages = datetime.now(UTC), Stages()
    # Each post is judged by itself: who wrote a file's posts, and when, is nobody's burst.
    items = [item.model_copy(update={"author_id": None}) for item, _ in posts]
    cases = prepare(scorer, sources, items, every, now, stages)
    take(scorer, sources, cases, scorer.infer(windows_of(cases)), now, stages)
    for (item, truth), case in zip(posts, cases, strict=True):
        then = decide(case.score, against.on(item.channel), case.hits, case.debunks)
        yield Past(
            id=item.id,
            at=None if item.published_at is None else datetime.fromisoformat(item.published_at),
            channel=item.channel,
            post=item.post,
            suggestion=then.suggestion,
            flags=frozenset(judged.label for judged in then.labels if judged.flagged),
            score=case.score,
            policy=against.name,
            release=scorer.release.name,
            hits=case.hits,
            debunks=case.debunks,
            truth=truth,
        )
