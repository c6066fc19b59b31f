"""The wire forms of word lists."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from service.catalogue import words as texts
from service.wire import Wire
from service.word.pattern import MOST_CHARACTERS
from service.word.tables import MOST_NAME, MOST_NOTE

NAME_PATTERN = r"^[A-Za-z0-9_\-\u4e00-\u9fff]+$"
MOST_ENTRIES = 1000
MOST_LINT = 200
MOST_TAGS = 20
MOST_TAG = 40
KindName = Literal["block", "review", "allow"]
ListName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_NAME,
        pattern=NAME_PATTERN,
        description=texts.LIST_NAME,
        examples=["引流词"],
    ),
]
Tag = Annotated[str, Field(min_length=1, max_length=MOST_TAG)]


class EntryForm(Wire):
    """An entry as callers write it."""

    pattern: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description=texts.PATTERN,
            examples=["加微信|加QQ&兼职~招聘会"],
        ),
    ]
    tags: Annotated[list[Tag] | None, Field(max_length=MOST_TAGS, description=texts.TAGS)] = None
    note: Annotated[str | None, Field(max_length=MOST_NOTE, description=texts.NOTE)] = None
    expires: Annotated[str | None, Field(max_length=40, description=texts.EXPIRES)] = None


# A field is called `list` in the contract; inside its class the name means nothing else.
EntryForms = Annotated[
    list[EntryForm], Field(min_length=1, max_length=MOST_ENTRIES, description=texts.ENTRIES)
]
LintForms = Annotated[
    list[EntryForm], Field(min_length=1, max_length=MOST_LINT, description=texts.LINT_ENTRIES)
]


class WordsHead(Wire):
    """POST /words without its entries, each of which is read for itself."""

    list: ListName
    kind: Annotated[KindName, Field(description=texts.KIND)]


class WordsRequest(WordsHead):
    """POST /words."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_WORDS]})

    entries: EntryForms


class Advice(Wire):
    """What somebody should look at before relying on a word."""

    code: Annotated[str, Field(description=texts.ADVICE_CODE, examples=["short"])]
    detail: str


class EntryReport(Wire):
    """What became of one entry of a request or one line of a file."""

    line: Annotated[int, Field(ge=1, description=texts.LINE)]
    pattern: str | None
    status: Annotated[
        Literal["added", "updated", "duplicate", "invalid"],
        Field(description=texts.STATUS),
    ]
    id: str | None = None
    read_as: Annotated[str | None, Field(description=texts.READ_AS)] = None
    detail: Annotated[str | None, Field(description=texts.FAULT)] = None
    warnings: Annotated[list[Advice], Field(description=texts.WARNINGS)]


EntryReports = list[EntryReport]


class WordsReport(Wire):
    """The answer to words that were added or imported."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_REPORT]})

    list: str
    kind: KindName
    version: Annotated[str, Field(description=texts.VERSION)]
    added: int
    updated: int
    duplicate: int
    invalid: int
    report: EntryReports


class ListInfo(Wire):
    """A list without its entries."""

    list: str
    kind: KindName
    entries: int
    expired: Annotated[int, Field(description=texts.EXPIRED_COUNT)]
    shipped: Annotated[bool, Field(description=texts.SHIPPED)]
    note: str


class ListsAnswer(Wire):
    """GET /words."""

    version: Annotated[str, Field(description=texts.VERSION)]
    lists: list[ListInfo]


class EntryInfo(Wire):
    """One entry of a list."""

    id: str
    pattern: str
    read_as: Annotated[str, Field(description=texts.READ_AS)]
    tags: list[str]
    note: str
    expires: datetime | None
    expired: bool


EntryInfos = list[EntryInfo]


class EntriesAnswer(Wire):
    """GET /words/{list}: a page of entries."""

    list: str
    kind: KindName
    shipped: bool
    entries: EntryInfos
    next: Annotated[str | None, Field(description=texts.NEXT)]


class Removed(Wire):
    """DELETE of a list or an entry."""

    removed: Annotated[int, Field(description=texts.REMOVED)]
    version: Annotated[str, Field(description=texts.VERSION)]


class LintHead(Wire):
    """POST /words/lint without its entries."""

    kind: Annotated[KindName, Field(description=texts.KIND)]
    list: Annotated[ListName | None, Field(description=texts.LINT_LIST)] = None
    sample: Annotated[int, Field(ge=0, le=20_000, description=texts.LINT_SAMPLE)] = 5000


class LintRequest(LintHead):
    """POST /words/lint."""

    model_config = ConfigDict(json_schema_extra={"examples": [texts.EXAMPLE_LINT]})

    entries: LintForms


class LintSample(Wire):
    """A post that the word was found in, cut to what stands around it."""

    id: Annotated[str | None, Field(description=texts.LINT_SAMPLE_ID)]
    text: Annotated[str, Field(description=texts.LINT_SAMPLE_TEXT)]
    found: Annotated[str, Field(description=texts.LINT_FOUND)]
    suggestion: str | None
    score: Annotated[float | None, Field(description=texts.LINT_SCORE)]
    verdict: Annotated[str | None, Field(description=texts.LINT_VERDICT)]


class LintHits(Wire):
    """Posts of one kind that the word was found in."""

    posts: int
    samples: list[LintSample]


class LintEntry(Wire):
    """One word held against what there is."""

    line: int
    pattern: str | None
    read_as: Annotated[str | None, Field(description=texts.READ_AS)]
    status: Annotated[Literal["fine", "look", "invalid"], Field(description=texts.LINT_STATUS)]
    detail: Annotated[str | None, Field(description=texts.FAULT)]
    hits: Annotated[LintHits, Field(description=texts.LINT_HITS)]
    share: Annotated[float, Field(ge=0, le=1, description=texts.LINT_SHARE)]
    false_alarms: Annotated[LintHits, Field(description=texts.LINT_FALSE_ALARMS)]
    ordinary: Annotated[LintHits, Field(description=texts.LINT_ORDINARY)]
    warnings: Annotated[list[Advice], Field(description=texts.WARNINGS)]


class LintAnswer(Wire):
    """POST /words/lint."""

    traffic: Annotated[int, Field(ge=0, description=texts.LINT_TRAFFIC)]
    ordinary: Annotated[int, Field(ge=0, description=texts.LINT_ORDINARY_POSTS)]
    entries: list[LintEntry]
