"""`mingjian words lint`: the linter over a file of posts or the store, while nothing is served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.errors import InvalidInput
from models.normaliser import Normaliser
from service.decision.fingerprint import Fingerprints
from service.decision.repository import DecisionRepository
from service.score.schemas import Item
from service.settings import Settings
from service.store.database import Database
from service.whatif.offline import read_posts
from service.word.answers import lint_answer
from service.word.entries import Draft, Kind
from service.word.importing import Format, read_lines
from service.word.lint import Linter
from service.word.reading import Fault, read_draft
from service.word.repository import WordRepository
from service.word.schemas import LintAnswer
from service.word.service import WordService

FORMATS: Mapping[str, Format] = {".txt": "text", ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl"}
# Posts of the store that are looked at where nobody says how many; of a file it is all.
SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class Trial:
    """Words to try: patterns as given and a file of entries; `target` is the list they are for."""

    kind: Kind
    patterns: Sequence[str] = ()
    file: Path | None = None
    target: str | None = None
    sample: int | None = None

    def drafts(self) -> list[Draft | Fault]:
        """Return what is to be tried; raises InvalidInput where that is nothing."""
        now = datetime.now(UTC)
        found = [read_draft({"pattern": pattern}, now) for pattern in self.patterns]
        if self.file is not None:
            form = FORMATS.get(self.file.suffix.lower(), "text")
            found += [line.draft for line in read_lines(self.file.read_bytes(), form, now)]
        if not found:
            raise InvalidInput("no word to try: name some, or a file of them with --file")
        return found


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a file as the linter looks at it; nothing has judged it."""

    id: str
    title: str | None
    text: str
    suggestion: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the labels of a post come to, in a reviewer's words."""

    verdict: str


class PostsOfFile:
    """The posts of a JSON-lines file as traffic: the one whose labels are all 0 is ordinary."""

    def __init__(self, posts: Sequence[tuple[Item, Mapping[str, int]]]) -> None:
        self._posts = [
            (Post(item.id or f"line {number}", item.title, item.text), labels)
            for number, (item, labels) in enumerate(posts, start=1)
        ]

    async def recorded(self, *, limit: int | None = None) -> AsyncIterator[Post]:
        """Yield the posts in the order of the file."""
        for post, _ in self._posts[:limit]:
            yield post

    async def verdicts_of(self, identities: Sequence[str]) -> Mapping[str, Known]:
        """Return what the labels say of those posts that have any."""
        wanted = frozenset(identities)
        return {
            post.id: Known("review" if any(labels.values()) else "pass")
            for post, labels in self._posts
            if labels and post.id in wanted
        }


async def lint(trial: Trial, settings: Settings, data: Path | None, url: str) -> LintAnswer:
    """Try words on the posts of `data`, or on what the store at `url` has recorded.

    The lists of the store stand beside them in either case. Raises InvalidInput that names the line
    of a file, StoreError where the store cannot be read.
    """
    drafts = trial.drafts()
    posts = None if data is None else list(read_posts(data, trial.sample))
    normaliser = Normaliser()
    database = await Database.open(url)
    try:
        words = WordService(WordRepository(database), normaliser)
        await words.reload()
        traffic = (
            DecisionRepository(database, Fingerprints.open(settings.fingerprint_key, database.file))
            if posts is None
            else PostsOfFile(posts)
        )
        sample = trial.sample or (SAMPLE if posts is None else len(posts))
        report = await Linter(words, traffic, normaliser).lint(
            trial.kind, drafts, sample, trial.target
        )
    finally:
        await database.close()
    return lint_answer(report)
