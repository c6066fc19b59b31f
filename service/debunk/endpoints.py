"""The debunk library over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AfterValidator

from models.errors import FieldError
from service.body import parse_json, read_body
from service.catalogue import debunks as texts
from service.debunk.answers import affected_answer, entry_answer, page_answer, search_answer
from service.debunk.claimreview import CONTEXT, documents, to_review
from service.debunk.errors import UnknownDebunk
from service.debunk.importing import import_reviews
from service.debunk.reading import changed, read_form
from service.debunk.schemas import (
    DECISION_PATTERN,
    MAX_FOUND,
    MAX_PAGE,
    MAX_QUERY,
    MAX_REVIEWS,
    AffectedAnswer,
    DebunkChange,
    DebunkEntry,
    DebunkPage,
    DebunkRemoved,
    ExportAnswer,
    Identity,
    ImportReport,
    NewDebunk,
    SearchAnswer,
)
from service.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotJson,
    NotReady,
    TooLarge,
)
from service.idempotency.service import IDEMPOTENCY_PROBLEMS, IdempotencyKey
from service.key.access import AdminCaller, ReviewCaller, ScoreCaller
from service.state import StateDep
from service.store.errors import StoreError
from service.text import is_blank
from service.waiting import answer_in_time
from service.wire import Wire, json_body, problems

router = APIRouter(tags=[texts.TAG])
COMMON = (NotReady, StoreError, DeadlineExceeded, Internal)
LD_JSON = "application/ld+json"


def _readable(text: str) -> str:
    if is_blank(text):
        raise ValueError("holds nothing that can be read")
    return text


Wanted = Annotated[
    str,
    Query(alias="q", min_length=1, max_length=MAX_QUERY, description=texts.Q),
    AfterValidator(_readable),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description=texts.LIMIT)]
One = Annotated[Identity, Path(alias="id")]


@router.post(
    "/debunks",
    status_code=201,
    summary=texts.ADD_SUMMARY,
    description=texts.ADD_DESCRIPTION,
    response_model=DebunkEntry,
    responses=problems(NotJson, TooLarge, *IDEMPOTENCY_PROBLEMS, *COMMON),
    openapi_extra=json_body(NewDebunk, texts.EXAMPLE),
)
async def add_debunk(
    request: Request, state: StateDep, caller: AdminCaller, key: IdempotencyKey = None
) -> Response:
    """Add an entry."""
    body = await read_body(request)

    async def work() -> Response:
        content = read_form(NewDebunk, parse_json(body)).content
        return _created(entry_answer(await state.domains.debunks.add(content)))

    return await state.domains.idempotency.once(request, caller, key, body, work)


@router.get(
    "/debunks",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(InvalidRequest, *COMMON),
)
async def all_debunks(
    state: StateDep,
    _caller: ScoreCaller,
    limit: Limit = 50,
    after: Annotated[Identity | None, Query(description=texts.AFTER)] = None,
) -> DebunkPage:
    """Show a page of the entries."""
    return page_answer(state.domains.debunks.library.snapshot, limit, after)


@router.get(
    "/debunks/search",
    summary=texts.SEARCH_SUMMARY,
    description=texts.SEARCH_DESCRIPTION,
    responses=problems(InvalidRequest, *COMMON),
)
async def search_debunks(
    request: Request,
    state: StateDep,
    _caller: ScoreCaller,
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=MAX_FOUND, description=texts.LIMIT)] = 10,
) -> SearchAnswer:
    """Find the nearest entries."""
    work = state.domains.debunks.search(wanted, limit)
    return search_answer(await answer_in_time(request, work, state.settings.deadline_s))


@router.post(
    "/debunks/import",
    status_code=201,
    summary=texts.IMPORT_SUMMARY,
    description=texts.IMPORT_DESCRIPTION,
    response_model=ImportReport,
    responses=problems(NotJson, TooLarge, *IDEMPOTENCY_PROBLEMS, *COMMON),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media: {"schema": {"type": ["object", "array"]}, "examples": examples}
                for media, examples in (
                    (LD_JSON, {"example": {"value": texts.EXAMPLE_REVIEW}}),
                    ("application/json", {"example": {"value": texts.EXAMPLE_REVIEW}}),
                )
            },
        }
    },
)
async def import_debunks(
    request: Request, state: StateDep, caller: AdminCaller, key: IdempotencyKey = None
) -> Response:
    """Take over reviews, each for itself."""
    body = await read_body(request)

    async def work() -> Response:
        reviews = _reviews(body)
        return _created(await import_reviews(state.domains.debunks, reviews))

    return await state.domains.idempotency.once(request, caller, key, body, work)


def _created(answer: Wire) -> Response:
    return Response(answer.model_dump_json(by_alias=True), 201, media_type="application/json")


def _reviews(body: bytes) -> list[object]:
    reviews = documents(parse_json(body))
    if not reviews:
        detail = "There is no review; send a ClaimReview, a list of them, or an @graph."
        raise InvalidRequest(detail, errors=[FieldError("", "holds no review")])
    if len(reviews) > MAX_REVIEWS:
        raise TooLarge(
            f"{len(reviews):,} reviews are over the limit of {MAX_REVIEWS:,}; divide them.",
            errors=[FieldError("", f"has {len(reviews):,} reviews; at most {MAX_REVIEWS:,}")],
        )
    return reviews


@router.get(
    "/debunks/export",
    summary=texts.EXPORT_SUMMARY,
    description=texts.EXPORT_DESCRIPTION,
    response_model=ExportAnswer,
    responses=problems(*COMMON),
)
async def export_debunks(state: StateDep, _caller: ScoreCaller) -> Response:
    """Give every entry as ClaimReview."""
    entries = state.domains.debunks.library.snapshot.entries
    graph = [to_review(entries[identity]) for identity in sorted(entries)]
    answer = ExportAnswer.model_validate({"@context": CONTEXT, "@graph": graph})
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")


@router.get(
    "/debunks/{id}",
    summary=texts.GET_SUMMARY,
    description=texts.GET_DESCRIPTION,
    responses=problems(UnknownDebunk, InvalidRequest, *COMMON),
)
async def one_debunk(state: StateDep, _caller: ScoreCaller, identity: One) -> DebunkEntry:
    """Show one entry."""
    return entry_answer(state.domains.debunks.find(identity))


@router.patch(
    "/debunks/{id}",
    summary=texts.PATCH_SUMMARY,
    description=texts.PATCH_DESCRIPTION,
    responses=problems(NotJson, UnknownDebunk, TooLarge, InvalidRequest, *COMMON),
    openapi_extra=json_body(DebunkChange, texts.EXAMPLE_PATCH),
)
async def change_debunk(
    request: Request, state: StateDep, _caller: AdminCaller, identity: One
) -> DebunkEntry:
    """Change one entry."""
    debunks = state.domains.debunks
    value = parse_json(await read_body(request))
    content = changed(debunks.find(identity).content, value)
    return entry_answer(await debunks.change(identity, content))


@router.delete(
    "/debunks/{id}",
    summary=texts.DELETE_SUMMARY,
    description=texts.DELETE_DESCRIPTION,
    responses=problems(UnknownDebunk, InvalidRequest, *COMMON),
)
async def delete_debunk(state: StateDep, _caller: AdminCaller, identity: One) -> DebunkRemoved:
    """Remove one entry."""
    debunks = state.domains.debunks
    await debunks.remove(identity)
    return DebunkRemoved(id=identity, version=debunks.library.version)


@router.get(
    "/debunks/{id}/affected",
    summary=texts.AFFECTED_SUMMARY,
    description=texts.AFFECTED_DESCRIPTION,
    responses=problems(UnknownDebunk, InvalidRequest, *COMMON),
)
async def affected_decisions(
    state: StateDep,
    _caller: ReviewCaller,
    identity: One,
    limit: Limit = 50,
    after: Annotated[
        str | None,
        Query(pattern=DECISION_PATTERN, description=texts.AFTER),
    ] = None,
) -> AffectedAnswer:
    """Show earlier decisions that an entry throws new light on."""
    entry = state.domains.debunks.find(identity)
    found = state.domains.retrospect.repository
    scan = await found.scan(identity)
    return affected_answer(entry, scan, await found.page(identity, limit + 1, after), limit)
