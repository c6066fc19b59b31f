"""Word lists over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from models.errors import FieldError
from service.body import parse_json, read_body
from service.catalogue import words as texts
from service.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotJson,
    NotReady,
    TooLarge,
)
from service.key.access import AdminCaller, ReviewCaller
from service.state import StateDep
from service.store.errors import StoreError
from service.waiting import answer_in_time
from service.wire import json_body, problems
from service.word.answers import (
    entries_answer,
    lint_answer,
    lists_answer,
    report_answer,
)
from service.word.errors import UnknownWords, UnreadableWords, WordsConflict
from service.word.importing import MEDIA_TYPES, Format, format_of, read_lines
from service.word.reading import read_draft, read_form
from service.word.schemas import (
    MOST_ENTRIES,
    MOST_LINT,
    EntriesAnswer,
    KindName,
    LintAnswer,
    LintHead,
    LintRequest,
    ListName,
    ListsAnswer,
    Removed,
    WordsHead,
    WordsReport,
    WordsRequest,
)

router = APIRouter(tags=[texts.TAG])
# Their addresses are calls of their own.
RESERVED = ("import", "lint")
ID_PATTERN = r"^[A-Za-z0-9_\-\u4e00-\u9fff]+$"
COMMON = (NotReady, StoreError, Internal)
FormatName = Annotated[Format | None, Query(description=texts.FORMAT)]


@router.post(
    "/words",
    status_code=201,
    summary=texts.ADD_SUMMARY,
    description=texts.ADD_DESCRIPTION,
    responses=problems(NotJson, WordsConflict, TooLarge, InvalidRequest, *COMMON),
    openapi_extra=json_body(WordsRequest, texts.EXAMPLE_WORDS),
)
async def add_words(request: Request, state: StateDep, caller: AdminCaller) -> WordsReport:
    """Add entries to a list."""
    words = state.domains.words
    value, entries = _with_entries(parse_json(await read_body(request)), MOST_ENTRIES)
    head = read_form(WordsHead, value)
    _refuse_reserved(head.list)
    drafts = [read_draft(entry, words.clock()) for entry in entries]
    outcomes = await words.add(head.list, head.kind, drafts, caller.key_id)
    return report_answer(head.list, head.kind, words.version, enumerate(outcomes, start=1))


@router.post(
    "/words/import",
    status_code=201,
    summary=texts.IMPORT_SUMMARY,
    description=texts.IMPORT_DESCRIPTION,
    responses=problems(UnreadableWords, WordsConflict, TooLarge, InvalidRequest, *COMMON),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media: {"schema": {"type": "string"}}
                | ({"examples": {"text": {"value": texts.EXAMPLE_TEXT}}} if first else {})
                for first, media in ((media == "text/plain", media) for media in MEDIA_TYPES)
                # Nothing that tries an OpenAPI document knows how to write JSON lines.
                if media.startswith("text/")
            },
        }
    },
)
async def import_words(
    request: Request,
    state: StateDep,
    caller: AdminCaller,
    name: Annotated[ListName, Query(alias="list")],
    kind: Annotated[KindName, Query(description=texts.KIND)],
    form: Annotated[FormatName, Query(alias="format")] = None,
) -> WordsReport:
    """Add the entries of a file to a list."""
    words = state.domains.words
    _refuse_reserved(name)
    media = format_of(request.headers.get("content-type", ""), form)
    lines = read_lines(await read_body(request), media, words.clock())
    outcomes = await words.add(name, kind, [line.draft for line in lines], caller.key_id)
    numbers = [line.number for line in lines]
    return report_answer(name, kind, words.version, zip(numbers, outcomes, strict=True))


@router.post(
    "/words/lint",
    summary=texts.LINT_SUMMARY,
    description=texts.LINT_DESCRIPTION,
    responses=problems(NotJson, TooLarge, InvalidRequest, DeadlineExceeded, *COMMON),
    openapi_extra=json_body(LintRequest, texts.EXAMPLE_LINT),
)
async def lint_words(request: Request, state: StateDep, _caller: ReviewCaller) -> LintAnswer:
    """Try words on what was scored before they go live."""
    domains = state.domains
    value, entries = _with_entries(parse_json(await read_body(request)), MOST_LINT)
    head = read_form(LintHead, value)
    drafts = [read_draft(entry, domains.words.clock()) for entry in entries]
    work = domains.linter.lint(head.kind, drafts, head.sample, head.list)
    return lint_answer(await answer_in_time(request, work, state.settings.deadline_s))


@router.get(
    "/words",
    summary=texts.LISTS_SUMMARY,
    description=texts.LISTS_DESCRIPTION,
    responses=problems(*COMMON),
)
async def all_lists(state: StateDep, _caller: ReviewCaller) -> ListsAnswer:
    """Name every list."""
    return lists_answer(state.domains.words)


@router.get(
    "/words/{list}",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(UnknownWords, InvalidRequest, *COMMON),
)
async def one_list(
    state: StateDep,
    _caller: ReviewCaller,
    name: Annotated[ListName, Path(alias="list")],
    limit: Annotated[int, Query(ge=1, le=1000, description=texts.LIMIT)] = 100,
    after: Annotated[
        str | None, Query(max_length=80, pattern=ID_PATTERN, description=texts.AFTER)
    ] = None,
) -> EntriesAnswer:
    """Show a page of a list."""
    words = state.domains.words
    return entries_answer(words.find(name), limit, after, words.clock())


@router.delete(
    "/words/{list}",
    summary=texts.DELETE_LIST_SUMMARY,
    description=texts.DELETE_LIST_DESCRIPTION,
    responses=problems(UnknownWords, WordsConflict, InvalidRequest, *COMMON),
)
async def delete_list(
    state: StateDep, _caller: AdminCaller, name: Annotated[ListName, Path(alias="list")]
) -> Removed:
    """Delete a list with its entries."""
    words = state.domains.words
    removed = await words.remove_list(name)
    return Removed(removed=removed, version=words.version)


@router.delete(
    "/words/{list}/{entry_id}",
    summary=texts.DELETE_ENTRY_SUMMARY,
    description=texts.DELETE_ENTRY_DESCRIPTION,
    responses=problems(UnknownWords, WordsConflict, InvalidRequest, *COMMON),
)
async def delete_entry(
    state: StateDep,
    _caller: AdminCaller,
    name: Annotated[ListName, Path(alias="list")],
    entry_id: Annotated[
        str, Path(min_length=1, max_length=80, pattern=ID_PATTERN, description=texts.ENTRY_ID)
    ],
) -> Removed:
    """Delete one entry."""
    words = state.domains.words
    await words.remove_entry(name, entry_id)
    return Removed(removed=1, version=words.version)


def _with_entries(value: object, most: int) -> tuple[dict[str, Any], Sequence[object]]:
    """Take the entries out of a request: each is read, and refused, for itself."""
    if not isinstance(value, dict):
        detail = "The body must be one JSON object; /docs shows an example."
        raise InvalidRequest(detail, errors=[FieldError("", "must be an object")])
    entries = value.get("entries")
    if not isinstance(entries, list) or not entries:
        fault = "is empty" if isinstance(entries, list) else "must be a list"
        detail = f"entries must be a list of 1 to {most:,} objects, each with a pattern."
        raise InvalidRequest(detail, errors=[FieldError("/entries", fault)])
    if len(entries) > most:
        raise TooLarge(
            f"{len(entries):,} entries are over the limit of {most:,} a request. Divide them, or "
            "send a file to POST /words/import.",
            errors=[FieldError("/entries", f"has {len(entries):,} entries; at most {most:,}")],
        )
    return {name: part for name, part in value.items() if name != "entries"}, entries


def _refuse_reserved(name: str) -> None:
    if name in RESERVED:
        raise InvalidRequest(
            f"A list cannot be called {name}, because POST /words/{name} is a call.",
            errors=[FieldError("/list", "is reserved")],
        )
