"""GET /rules and GET /rules/{id}."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Path

from service.catalogue import community_rules as texts
from service.community_rules.schemas import CommunityRules, Rule
from service.community_rules.service import HouseRules
from service.errors import Internal, InvalidRequest, NotFound
from service.wire import problems

router = APIRouter(tags=[texts.TAG])


@cache
def house_rules() -> HouseRules:
    """Return the rules that ship, read once."""
    return HouseRules.shipped()


class RuleNotFound(NotFound):
    """No community rule has this number."""

    code = "rule_not_found"
    title = "No such rule"


@router.get(
    "/rules",
    summary=texts.LIST_SUMMARY,
    description=texts.LIST_DESCRIPTION,
    responses=problems(Internal),
)
async def all_rules() -> CommunityRules:
    """Answer all rules."""
    return house_rules().document


@router.get(
    "/rules/{id}",
    summary=texts.ONE_SUMMARY,
    description=texts.ONE_DESCRIPTION,
    responses=problems(RuleNotFound, InvalidRequest, Internal),
)
async def one_rule(
    id: Annotated[  # noqa: A002  the contract's word
        str, Path(pattern=r"^[Rr][0-9]{1,3}(\.[0-9]{1,2})?$", description=texts.ID, examples=["R2"])
    ],
) -> Rule:
    """Answer the rule of a number."""
    rule = house_rules().ids.get(id.upper())
    if rule is None:
        known = ", ".join(one.id for one in house_rules().document.rules)
        raise RuleNotFound(f"No rule has the number {id.upper()}; there are {known}.")
    return rule
