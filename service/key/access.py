"""Who calls: the dependencies that endpoints take to demand a scope.

An endpoint that takes `ScoreCaller`, `ReviewCaller` or `AdminCaller` is closed to everyone else,
counts as one post against the quota of the key, and shows as such in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from service.catalogue import key as texts
from service.key.caller import OPEN, SCOPES, Caller, Scope, scopes_of
from service.key.errors import KeyInvalid, KeyMissing, ScopeMissing
from service.key.local import HOW, check_local, keys_demanded, read_names

if TYPE_CHECKING:
    from service.state import State

__all__ = [
    "OPEN",
    "SCOPES",
    "AdminCaller",
    "AnyCaller",
    "Caller",
    "ReviewCaller",
    "Scope",
    "ScoreCaller",
    "scopes_of",
    "score_caller",
]

# For the OpenAPI document; the header is read below, where every fault gets its own problem.
_DECLARED = HTTPBearer(
    scheme_name="key", bearerFormat="mj_ID_SECRET", description=texts.SCHEME, auto_error=False
)


def _demand(scope: Scope, *, charged: bool = True) -> Callable[[Request], Awaitable[Caller]]:
    # For the OpenAPI document only, see _DECLARED.
    declared = Security(_DECLARED, scopes=[scope])

    async def dependency(request: Request, _declared: object = declared) -> Caller:
        caller = await _caller(request, scope)
        if scope not in caller.scopes:
            raise ScopeMissing(
                f"This call needs a key of the scope {scope}; yours holds "
                f"{', '.join(sorted(caller.scopes, key=SCOPES.index))}. {HOW.format(scope=scope)}"
            )
        if charged and caller.meter is not None:
            caller.meter.take(1)
        return caller

    return dependency


async def _caller(request: Request, scope: Scope) -> Caller:
    state: State = request.app.state.mingjian
    sent = request.headers.getlist("authorization")
    if not sent:
        settings = state.settings
        if keys_demanded(settings):
            raise KeyMissing(f"This call needs an API key. {HOW.format(scope=scope)}")
        check_local(request, read_names(settings.allowed_hosts or ""), scope)
        return OPEN
    scheme, _, text = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        raise KeyInvalid("Authorization must be a single header of the form `Bearer mj_ID_SECRET`.")
    caller = await state.domains.keys.caller(text.strip())
    request.state.key_id = caller.key_id
    return caller


score_caller = _demand("score")
ScoreCaller = Annotated[Caller, Depends(score_caller)]
ReviewCaller = Annotated[Caller, Depends(_demand("review"))]
AdminCaller = Annotated[Caller, Depends(_demand("admin"))]
AnyCaller = Annotated[Caller, Depends(_demand("score", charged=False))]
