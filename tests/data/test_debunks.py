from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data.debunks import Debunk, read_expiry, read_shipped
from models.errors import InvalidInput
from tests.data.made import write_jsonl

GOOD: dict[str, Any] = {"claim": "隔夜菜会致癌", "verdict": "false"}


def test_only_claim_and_verdict_are_needed() -> None:
    found = Debunk.model_validate(GOOD)
    assert (found.variants, found.summary, found.sources, found.expires) == ((), "", (), None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claim": "隔夜菜"}, "at least 4 characters"),
        ({"claim": "！？……菜"}, "too few to recognise"),
        ({"claim": "隔夜菜会\0致癌"}, "NUL"),
        ({"claim": "隔夜菜会\ud800致癌"}, "unicode"),
        ({"claim": 5}, "valid string"),
        ({"verdict": "maybe"}, "'false', 'misleading', 'unproven' or 'true'"),
        ({"variants": ["菜"]}, "at least 4 characters"),
        ({"as_of": "2026-02-30"}, "no day of the calendar"),
        ({"as_of": "2026-02"}, "match pattern"),
        ({"expires": "tomorrow"}, "match pattern"),
        ({"expires": "2026-11-22T09:00:00"}, "match pattern"),
        ({"expires": "2026-13-01"}, "neither a day"),
        ({"sources": [{"name": "甲", "url": "javascript:alert(1)"}]}, "no address of the web"),
        ({"sources": [{"name": "甲", "url": "https://a b"}]}, "no address of the web"),
        ({"sources": [{"url": "https://a.cn"}]}, "Field required"),
        ({"more": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_used_is_said(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Debunk.model_validate(GOOD | change)


def test_a_day_holds_until_it_ends_in_china() -> None:
    assert read_expiry("2026-11-22") == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert read_expiry("2026-11-22T09:00:00+08:00") == datetime(2026, 11, 22, 1, tzinfo=UTC)
    held = Debunk.model_validate(GOOD | {"expires": "2026-11-22"})
    assert not Debunk.model_validate(GOOD).content.expires
    assert held.content == held


def test_entries_are_read_from_every_file(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "b.jsonl", [GOOD | {"id": "two"}])
    write_jsonl(tmp_path / "a.jsonl", [GOOD | {"id": "one"}])
    assert [entry.id for entry in read_shipped(tmp_path)] == ["one", "two"]
    assert list(read_shipped(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (GOOD, "a.jsonl:2: id: Field required"),
        (GOOD | {"id": "x y"}, "a.jsonl:2: id: String should match"),
        (GOOD | {"id": "one"}, "a.jsonl:2: the id one stands in a.jsonl:1 already"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, record: dict[str, Any], said: str) -> None:
    write_jsonl(tmp_path / "a.jsonl", [GOOD | {"id": "one"}, record])
    with pytest.raises(InvalidInput, match=said):
        list(read_shipped(tmp_path))


def test_the_shipped_entries_can_be_read_and_name_their_sources() -> None:
    shipped = list(read_shipped())
    assert len(shipped) >= 60
    for entry in shipped:
        assert entry.summary, entry.id
        assert entry.sources, entry.id
        assert entry.as_of, entry.id
    claims = [entry.claim for entry in shipped]
    assert len(set(claims)) == len(claims)
