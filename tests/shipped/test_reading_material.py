"""The posts that reasons and stances are judged by say what they claim to say."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from data.debunks import read_shipped
from data.registers import REGISTERS
from models.labels import LABEL_NAMES
from tests.house.project import ROOT

HERE = Path(__file__).parent
EXPLAINED, STANCES = 30, 80
LENGTHS = range(40, 201)  # characters of an explained post
MOST_CARRIED = 0.75  # a post must leave something that carries no fault
KINDS = {"assert": 25, "debunk": 25, "ask": 15}  # least of each
SHINGLE, NEAR = 3, 0.5  # as in tests/house/test_sample_corpus.py

Rows = list[dict[str, Any]]


def rows_of(*paths: Path) -> Rows:
    lines = [line for path in paths for line in path.read_text("utf-8").split("\n") if line]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def explained() -> Rows:
    return rows_of(HERE / "explained.jsonl")


@pytest.fixture(scope="module")
def stances() -> Rows:
    return rows_of(HERE / "stances.jsonl")


def shingles(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(character for character in folded if character.isalnum())
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}


def near(one: Rows, others: Rows) -> list[tuple[str, str]]:
    """Pairs of ids, each of one list, whose texts share at least NEAR of their shingles."""
    mine = [(row["id"], shingles(row["text"])) for row in one]
    theirs = [(row["id"], shingles(row["text"])) for row in others]
    return [
        (name, other)
        for name, left in mine
        for other, right in theirs
        if name != other and len(left & right) >= NEAR * len(left | right)
    ]


def test_there_are_enough_of_known_form(explained: Rows, stances: Rows) -> None:
    assert len(explained) >= EXPLAINED
    assert len(stances) >= STANCES
    ids = Counter(row["id"] for row in explained + stances)
    assert not [name for name, count in ids.items() if count > 1]
    assert {row["register"] for row in explained + stances} <= set(REGISTERS)


def test_explained_posts_carry_known_labels_of_every_kind(explained: Rows) -> None:
    labels = Counter(label for row in explained for label in row["labels"])
    assert set(labels) == set(LABEL_NAMES)
    assert min(labels.values()) >= 3
    assert all(set(row["labels"].values()) == {1} for row in explained)
    assert not [row["id"] for row in explained if len(row["text"]) not in LENGTHS]


def test_carriers_are_ordered_ranges_of_the_text(explained: Rows) -> None:
    for row in explained:
        edges = [edge for carrier in row["carriers"] for edge in carrier]
        assert edges == sorted(set(edges)), row["id"]
        assert edges[0] >= 0, row["id"]
        assert edges[-1] <= len(row["text"]), row["id"]
        cut = [row["text"][start:end] for start, end in row["carriers"]]
        assert cut == row["clauses"], row["id"]
        assert all(clause == clause.strip() for clause in cut), row["id"]


def test_only_some_clauses_carry_the_fault(explained: Rows) -> None:
    for row in explained:
        carried = sum(end - start for start, end in row["carriers"])
        assert 0 < carried <= MOST_CARRIED * len(row["text"]), row["id"]
        # A carrier ends where a clause ends.
        for _, end in row["carriers"]:
            assert end == len(row["text"]) or row["text"][end] in "。！？，；", row["id"]


def test_carriers_stand_at_the_start_the_middle_and_the_end(explained: Rows) -> None:
    at_start = [row for row in explained if row["carriers"][0][0] == 0]
    at_end = [row for row in explained if row["carriers"][-1][1] == len(row["text"])]
    assert min(len(at_start), len(at_end), len(explained) - len(at_start) - len(at_end)) >= 5


def test_stances_are_about_shipped_claims(stances: Rows) -> None:
    claims = {entry.claim for entry in read_shipped()}
    assert not [row["id"] for row in stances if row["claim"] not in claims]
    kinds = Counter(row["stance"] for row in stances)
    assert set(kinds) == set(KINDS)
    assert not {kind: kinds[kind] for kind, least in KINDS.items() if kinds[kind] < least}


def test_the_stance_cannot_be_told_from_the_claim(stances: Rows) -> None:
    # Most claims stand there in two stances at least, so that only the post itself tells.
    seen: dict[str, set[str]] = {}
    for row in stances:
        seen.setdefault(row["claim"], set()).add(row["stance"])
    assert sum(len(kinds) > 1 for kinds in seen.values()) >= len(seen) / 2


def test_hard_stances_are_there(stances: Rows) -> None:
    named = [row["stance"] for row in stances if "辟谣" in row["text"] or "谣言" in row["text"]]
    assert "assert" in named  # a rumour that speaks of its debunk
    debunks = [row["text"] for row in stances if row["stance"] == "debunk"]
    assert sum("谣" not in text and "假" not in text for text in debunks) >= len(debunks) / 2
    asserts = [row["text"] for row in stances if row["stance"] == "assert"]
    assert any("？" in text for text in asserts)  # a question that asks nothing
    lengths = sorted(len(row["text"]) for row in stances)
    assert lengths[5] <= 30
    assert lengths[-6] >= 90


def test_none_of_them_was_trained_on(explained: Rows, stances: Rows) -> None:
    judging = explained + stances
    trained = rows_of(*sorted((ROOT / "data/sample").glob("*.jsonl")))
    assert not near(judging, trained)
    assert not near(judging, judging)
