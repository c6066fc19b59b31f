"""The sample corpus is varied, well labelled and ours: enough to demonstrate and to test."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from data.registers import REGISTERS
from models.labels import LABELS
from models.normaliser import Normaliser
from tests.house.project import ROOT

ROWS = 500
POSITIVES = 30
SHINGLE = 3
NEAR = 0.5  # Jaccard similarity of character 3-grams, after normalisation
OPENING = 8  # characters; posts made from a template begin alike
SHORT_LABELS = {label.name for label in LABELS}


Rows = list[dict[str, Any]]


def read_rows(files: list[Path]) -> Rows:
    lines = [line for path in files for line in path.read_text("utf-8").split("\n") if line]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return read_rows(sorted((ROOT / "data/sample").glob("*.jsonl")))


def as_read(rows: Rows) -> list[str]:
    """Title and text of every row as the model reads them."""
    normaliser = Normaliser()
    return [normaliser(f"{row.get('title', '')}\n{row['text']}".strip()).text for row in rows]


def shingles(text: str) -> set[str]:
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}


def test_there_are_enough_rows_of_known_form(rows: Rows) -> None:
    assert len(rows) >= ROWS
    repeated = [name for name, count in Counter(row["id"] for row in rows).items() if count > 1]
    assert not repeated
    assert {row["register"] for row in rows} <= set(REGISTERS)
    assert {label for row in rows for label in row["labels"]} <= SHORT_LABELS
    assert {value for row in rows for value in row["labels"].values()} <= {0, 1}


def test_every_label_has_enough_positives(rows: Rows) -> None:
    positives = Counter(name for row in rows for name, value in row["labels"].items() if value)
    assert not {name: positives[name] for name in SHORT_LABELS if positives[name] < POSITIVES}


def test_every_register_has_ordinary_posts(rows: Rows) -> None:
    ordinary = {
        row["register"] for row in rows if row["labels"] and not any(row["labels"].values())
    }
    assert not set(REGISTERS) - ordinary


def near_duplicates(rows: Rows) -> list[tuple[str, str]]:
    """Pairs of ids whose texts share at least NEAR of their shingles."""
    sets = [shingles(text) for text in as_read(rows)]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    near = []
    for index, own in enumerate(sets):
        shared = Counter(other for shingle in own for other in holders[shingle])
        near += [
            (rows[other]["id"], rows[index]["id"])
            for other, common in shared.items()
            if common / (len(own) + len(sets[other]) - common) >= NEAR
        ]
        for shingle in own:
            holders[shingle].append(index)
    return near


def test_no_two_rows_are_near_duplicates(rows: Rows) -> None:
    assert not near_duplicates(rows)


def test_no_post_that_judges_a_release_is_in_the_sample(rows: Rows) -> None:
    # The sample takes part in training; what judges must not.
    judging = read_rows([ROOT / "tests/shipped/posts.jsonl"])
    ids = {row["id"] for row in judging}
    pairs = near_duplicates(rows + judging)
    assert not [pair for pair in pairs if ids & set(pair)]


def test_no_opening_is_worn_out(rows: Rows) -> None:
    openings = Counter(text[:OPENING] for text in as_read(rows))
    assert not {opening: count for opening, count in openings.items() if count > 3}
