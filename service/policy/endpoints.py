"""Policies over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from models.errors import FieldError
from service.body import read_body
from service.catalogue import policies as texts
from service.errors import Internal, InvalidRequest, NotJson, NotReady, TooLarge
from service.key.access import AdminCaller, ReviewCaller
from service.policy.answers import all_policies, all_versions, describe, summary
from service.policy.document import NAME, PolicyDocument
from service.policy.errors import InvalidPolicy, PolicyNotFound
from service.policy.reading import SIZE_LIMIT, read_policy
from service.policy.schemas import PoliciesAnswer, PolicyInfo, PolicyRemoved, VersionsAnswer
from service.policy.service import Entry
from service.state import State, StateDep
from service.store.errors import StoreError
from service.wire import problems, reference

router = APIRouter(prefix="/policies", tags=[texts.TAG])

Name = Annotated[str, Path(pattern=NAME, description=texts.POLICY_NAME, examples=["default"])]
Version = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{12}$", description=texts.POLICY_VERSION, examples=["bc5a29a1011f"]),
]
COMMON = (InvalidRequest, NotReady, StoreError, Internal)
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/yaml": {
            "schema": {"type": "string"},
            "examples": {"yaml": {"summary": "YAML", "value": texts.EXAMPLE_YAML}},
        },
        "application/json": {
            "schema": reference(PolicyDocument),
            "examples": {"json": {"summary": "JSON", "value": texts.EXAMPLE}},
        },
    },
}


@router.get(
    "",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(*COMMON),
)
async def policies(state: StateDep, _caller: ReviewCaller) -> PoliciesAnswer:
    """List the policies in force."""
    return all_policies(state.domains.policies.snapshot, _lists(state))


@router.get(
    "/{name}",
    summary=texts.GET_SUMMARY,
    description=texts.GET_DESCRIPTION,
    responses=problems(PolicyNotFound, *COMMON),
)
async def policy(state: StateDep, _caller: ReviewCaller, name: Name) -> PolicyInfo:
    """Describe a policy in force."""
    return await _describe(state, state.domains.policies.find(name))


@router.put(
    "/{name}",
    summary=texts.PUT_SUMMARY,
    description=texts.PUT_DESCRIPTION,
    response_model=PolicyInfo,
    responses={
        201: {"description": texts.CREATED, "model": PolicyInfo},
        **problems(NotJson, TooLarge, InvalidPolicy, *COMMON),
    },
    openapi_extra={"requestBody": BODY},
)
async def put_policy(
    request: Request, state: StateDep, caller: AdminCaller, name: Name
) -> Response:
    """Make a policy, or put a new version of it in force."""
    found = state.domains.policies
    content = await _read(request)
    json = "json" in request.headers.get("content-type", "").lower()
    draft = await asyncio.to_thread(lambda: read_policy(content, json=json))
    entry, created = await found.put(name, draft, "json" if json else "yaml", caller.key_id)
    answer = await _describe(state, entry)
    return Response(
        answer.model_dump_json(), 201 if created else 200, media_type="application/json"
    )


@router.delete(
    "/{name}",
    summary=texts.DELETE_SUMMARY,
    description=texts.DELETE_DESCRIPTION,
    responses=problems(PolicyNotFound, *COMMON),
)
async def delete_policy(state: StateDep, _caller: AdminCaller, name: Name) -> PolicyRemoved:
    """Take a stored policy out of force."""
    now = await state.domains.policies.delete(name)
    return PolicyRemoved(name=name, now=None if now is None else summary(now, _lists(state)))


@router.get(
    "/{name}/versions",
    summary=texts.VERSIONS_SUMMARY,
    description=texts.VERSIONS_DESCRIPTION,
    responses=problems(PolicyNotFound, *COMMON),
)
async def versions(state: StateDep, _caller: ReviewCaller, name: Name) -> VersionsAnswer:
    """List the versions of a policy."""
    found = state.domains.policies
    kept = await found.versions(name)
    entry = found.snapshot.entries.get(name)
    return all_versions(name, kept, None if entry is None else entry.compiled.draft.version)


@router.get(
    "/{name}/versions/{version}",
    summary=texts.VERSION_SUMMARY,
    description=texts.VERSION_DESCRIPTION,
    responses=problems(PolicyNotFound, *COMMON),
)
async def version(
    state: StateDep, _caller: ReviewCaller, name: Name, version: Version
) -> PolicyInfo:
    """Describe a version of a policy."""
    kept, compiled = await state.domains.policies.version(name, version)
    return await _describe(state, Entry(compiled, kept.origin, kept.form))


async def _describe(state: State, entry: Entry) -> PolicyInfo:
    thresholds = state.domains.policies.thresholds
    # Measuring thresholds takes a moment, in which others are answered.
    return await asyncio.to_thread(
        describe, entry.compiled, entry.origin, entry.form, thresholds, _lists(state)
    )


def _lists(state: State) -> Collection[str]:
    return state.domains.words.snapshot.lists


async def _read(request: Request) -> bytes:
    try:
        return await read_body(request, SIZE_LIMIT)
    except TooLarge:
        raise TooLarge(
            f"A policy may have {SIZE_LIMIT // 1024} KiB; this one has more. Word lists belong "
            "to /words, and a policy names them.",
            errors=[FieldError("", "is too large")],
        ) from None
