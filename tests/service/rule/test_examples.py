"""Every rule on examples of our own: what it is for, and what stands close to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.rule.service import RuleBook
from tests.service.posts import read

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULES = {"flood": "flood", "bait": "engagement_bait", "contact": "contact"}


def rows(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", RULES)
def test_there_are_enough_examples_of_both_kinds(name: str) -> None:
    found = [bool(row[RULES[name]]) for row in rows(name)]
    assert len(found) >= 60
    assert found.count(True) >= 40
    assert found.count(False) >= 40


@pytest.mark.parametrize("name", RULES)
def test_every_example_is_judged_right(name: str) -> None:
    book, rule = RuleBook(), RULES[name]
    wrong = []
    for row in rows(name):
        hits = book.match(read(row["text"]), None, NOW)
        if any(hit.code == f"rule.{rule}" for hit in hits) != bool(row[rule]):
            wrong.append(row["text"])
    assert not wrong


def test_contacts_get_their_kind() -> None:
    from service.catalogue.rules import CONTACTS

    book = RuleBook()
    for row in rows("contact"):
        if row["contact"]:
            notes = [hit.note for hit in book.match(read(row["text"]), None, NOW)]
            assert any(f"出现{CONTACTS[row['contact']]}（" in note for note in notes), row
