"""The shipped debunks are well formed, in our own words, and no two speak of the same thing."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from data.debunks import FOLDER, VERDICTS, Debunk, read_shipped

ENTRIES = 90
FIELDS = {"id", "topic", "claim", "variants", "verdict", "summary", "sources", "as_of"}
CLAIM = range(6, 61)  # characters
VARIANT = range(6, 61)
VARIANTS = range(3, 6)
SUMMARY = range(60, 141)
SOURCES = range(1, 4)
SHINGLE = 3
NEAR = 0.5  # Jaccard similarity of character 3-grams
# Words by which a scraped or unfinished text betrays itself.
UNFINISHED = ("TODO", "xxx", "XXX", "待补", "示例", "责任编辑", "本报记者", "来源：", "http")

Rows = list[dict[str, Any]]
# A row with one thing wrong must not pass.
WRONG = {
    "verdict": "rumour",
    "as_of": "2026-02-30",
    "claim": "！！",
    "sources": [{"name": "中国疾病预防控制中心", "url": "chinacdc.cn"}],
    "surprise": 1,
}


@pytest.fixture(scope="module")
def rows() -> Rows:
    lines = [
        (path.stem, line)
        for path in sorted(FOLDER.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    return [{"file": stem} | json.loads(line) for stem, line in lines]


def plain(text: str) -> str:
    """Letters and digits only, without differences of width or case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def wordings(row: dict[str, Any]) -> list[str]:
    return [row["claim"], *row["variants"]]


def shingles(text: str) -> set[str]:
    text = plain(text)
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}


def test_the_reader_takes_every_entry(rows: Rows) -> None:
    assert [entry.id for entry in read_shipped()] == [row["id"] for row in rows]
    assert len(rows) >= ENTRIES


@pytest.mark.parametrize("field", WRONG)
def test_the_reader_would_refuse_a_wrong_entry(rows: Rows, field: str) -> None:
    row = {name: rows[0][name] for name in FIELDS - {"id"}}
    Debunk.model_validate(row)
    with pytest.raises(ValueError, match=field):
        Debunk.model_validate(row | {field: WRONG[field]})


def test_every_entry_is_complete(rows: Rows) -> None:
    assert not [row["id"] for row in rows if set(row) != FIELDS | {"file"}]
    assert not [row["id"] for row in rows if row["topic"] != row["file"]]
    repeated = [name for name, count in Counter(row["id"] for row in rows).items() if count > 1]
    assert not repeated
    today = datetime.now(UTC).date()
    assert not [row["id"] for row in rows if date.fromisoformat(row["as_of"]) > today]


def test_lengths_are_those_of_a_claim_and_a_short_answer(rows: Rows) -> None:
    wrong = [row["id"] for row in rows if len(row["claim"]) not in CLAIM]
    wrong += [row["id"] for row in rows if len(row["variants"]) not in VARIANTS]
    wrong += [row["id"] for row in rows if any(len(v) not in VARIANT for v in row["variants"])]
    wrong += [row["id"] for row in rows if len(row["summary"]) not in SUMMARY]
    wrong += [row["id"] for row in rows if len(row["sources"]) not in SOURCES]
    assert not wrong


def test_texts_are_clean_and_finished(rows: Rows) -> None:
    faulty = []
    for row in rows:
        texts = [*wordings(row), row["summary"], *(source["name"] for source in row["sources"])]
        faulty += [row["id"] for text in texts if text != " ".join(text.split())]
        faulty += [row["id"] for text in texts for word in UNFINISHED if word in text]
        faulty += [row["id"]] * (not row["summary"].endswith("。"))
    assert not faulty


def test_every_verdict_is_used_and_said_truly(rows: Rows) -> None:
    verdicts = Counter(row["verdict"] for row in rows)
    assert set(verdicts) == set(VERDICTS)
    assert min(verdicts.values()) >= 5
    # A summary that opens by confirming belongs to a true claim, and to no other.
    assert not [
        row["id"] for row in rows if row["summary"].startswith("属实") != (row["verdict"] == "true")
    ]


def test_every_source_is_named_and_has_a_safe_address(rows: Rows) -> None:
    faulty = []
    addresses: dict[str, str] = {}
    for row in rows:
        names = [source["name"] for source in row["sources"]]
        faulty += [row["id"]] * (len(set(names)) != len(names))
        for source in row["sources"]:
            parts = urlsplit(source["url"])
            safe = parts.scheme == "https" and parts.path and not parts.query and not parts.fragment
            faulty += [row["id"]] * (not safe or not source["name"].strip())
            # One name leads to one place.
            faulty += [row["id"]] * (
                addresses.setdefault(source["name"], parts.geturl()) != parts.geturl()
            )
    assert not faulty


def test_no_wording_stands_twice(rows: Rows) -> None:
    count = Counter(plain(text) for row in rows for text in wordings(row))
    assert not [text for text, times in count.items() if times > 1]


def test_no_two_entries_make_nearly_the_same_claim(rows: Rows) -> None:
    claims = [(row["id"], [shingles(text) for text in wordings(row)]) for row in rows]
    near = [
        (one, other)
        for index, (one, mine) in enumerate(claims)
        for other, theirs in claims[:index]
        if any(len(a & b) / len(a | b) >= NEAR for a in mine for b in theirs)
    ]
    assert not near


def test_variants_are_other_ways_to_say_it(rows: Rows) -> None:
    # A wording that repeats another one of its entry teaches the search nothing.
    copied = [
        row["id"]
        for row in rows
        for index, text in enumerate(wordings(row))
        for other in wordings(row)[:index]
        if len(shingles(text) & shingles(other)) / len(shingles(text) | shingles(other)) >= NEAR
    ]
    assert not copied
