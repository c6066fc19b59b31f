"""The community rules: complete, numbered, cited only where they exist."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from data.registers import REGISTERS
from models.labels import LABEL_NAMES
from service.community_rules.service import HouseRules
from service.decide import RULE_LABELS
from service.policy.document import Judgement
from service.policy.files import shipped_policies

RULES = HouseRules.shipped()
DOCUMENT = RULES.document


def test_numbers_follow_each_other() -> None:
    assert [rule.id for rule in DOCUMENT.rules] == [f"R{n}" for n in range(1, 13)]
    for rule in DOCUMENT.rules:
        assert [clause.id for clause in rule.not_allowed] == [
            f"{rule.id}.{n}" for n in range(1, len(rule.not_allowed) + 1)
        ]


def test_every_label_has_a_rule() -> None:
    for label in (*LABEL_NAMES, *RULE_LABELS):
        assert RULES.of_label(label) in RULES.ids, label
    assert RULES.of_evidence("words") == "R11"
    assert RULES.of_evidence("debunks") == "R2"
    assert RULES.of_label("nothing") is None


def test_every_rule_that_a_policy_cites_exists() -> None:
    cited = set()
    for draft in shipped_policies().values():
        document = draft.document
        layers: list[Judgement] = [document, *document.channels.values(), *document.schedules]
        for layer in layers:
            parts = [*layer.labels.values(), layer.words, layer.debunks]
            cited |= {part.rule for part in parts if part.rule is not None}
    assert cited
    assert cited <= set(RULES.ids)


@pytest.mark.parametrize("rule", DOCUMENT.rules, ids=lambda rule: rule.id)
def test_every_rule_is_complete(rule) -> None:  # type: ignore[no-untyped-def]
    said = [rule.title, rule.why, rule.measure, rule.rights, rule.duties, *rule.allowed]
    assert all(re.search("[一-鿿]", text) for text in said)
    assert len(rule.allowed) >= 2
    assert "申诉" in rule.rights
    assert len(rule.english) > 20


def test_places_are_channels() -> None:
    assert set(DOCUMENT.places) == {"article", "comment", "group"}
    channels = [channel for place in DOCUMENT.places.values() for channel in place.channels]
    assert sorted(channels) == sorted(set(channels) & set(REGISTERS))


def test_over_http(client: TestClient) -> None:
    answer = client.get("/rules").json()
    assert len(answer["rules"]) == 12
    one = client.get("/rules/R2").json()
    assert one == answer["rules"][1]
    assert client.get("/rules/r2.3").json() == one
    missing = client.get("/rules/R13")
    assert (missing.status_code, missing.json()["code"]) == (404, "rule_not_found")
    assert client.get("/rules/two").status_code == 422
