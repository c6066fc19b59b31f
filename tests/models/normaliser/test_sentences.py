"""Sentences of our own: disguised ones are read, ordinary ones with the same characters are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.normaliser import Normaliser

HERE = Path(__file__).parent
NORMALISER = Normaliser()
ROWS = 120


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").split("\n") if line]


DISGUISED = rows("disguised.jsonl")
ORDINARY = rows("ordinary.jsonl")


def test_there_are_enough_different_sentences() -> None:
    assert len({row["text"] for row in DISGUISED}) >= ROWS
    assert len({row["text"] for row in ORDINARY}) >= ROWS


@pytest.mark.parametrize("row", DISGUISED, ids=lambda row: row["text"])
def test_a_disguise_is_read_and_named(row: dict[str, str]) -> None:
    explained = NORMALISER.explain(row["text"])
    assert row["reads"] in explained.normalised.text
    assert row["transform"] in {name for c in explained.changes for name in c.transforms}


@pytest.mark.parametrize("row", ORDINARY, ids=lambda row: row["text"])
def test_ordinary_words_are_left_alone(row: dict[str, str]) -> None:
    changes = NORMALISER.explain(row["text"]).changes
    assert not [change for change in changes if change.disguised]
