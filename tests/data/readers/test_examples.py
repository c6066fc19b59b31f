from __future__ import annotations

from pathlib import Path

import pytest

from data.readers import BadRow, Row, parse_row, read_examples, read_rows
from data.readers.examples import SHOWN_FAULTS
from data.schema import Example
from models.errors import InvalidInput
from tests.data.made import write_jsonl

GOOD = {"text": "好", "labels": {}}


def test_id_and_source_come_from_the_file_where_they_are_absent() -> None:
    parsed = parse_row(Row(Path("forum.jsonl.gz"), 17, GOOD | {"id": None, "title": None}))
    assert isinstance(parsed, Example)
    assert (parsed.id, parsed.source, parsed.register_) == ("forum-000017", "forum", "web")


def test_a_given_id_and_source_stay() -> None:
    parsed = parse_row(Row(Path("forum.jsonl"), 17, GOOD | {"id": "x", "source": "y"}))
    assert isinstance(parsed, Example)
    assert (parsed.id, parsed.source) == ("x", "y")


def test_a_row_without_text_names_its_place() -> None:
    parsed = parse_row(Row(Path("forum.jsonl"), 17, {"labels": {}}))
    assert str(parsed) == "forum.jsonl:17: text: Field required"


def test_what_could_not_be_read_keeps_its_reason() -> None:
    row = Row(Path("a.jsonl"), 3, None, "not JSON")
    assert parse_row(row) == BadRow(Path("a.jsonl"), 3, "not JSON")


def test_every_good_row_is_given_before_the_error(tmp_path: Path) -> None:
    first = write_jsonl(tmp_path / "a.jsonl", [GOOD, {"text": " ", "labels": {}}, GOOD])
    second = write_jsonl(tmp_path / "b.jsonl", [{"text": "好"}, GOOD])
    seen: list[str] = []
    with pytest.raises(InvalidInput) as caught:
        seen.extend(example.id for example in read_examples([first, second]))
    assert seen == ["a-000001", "a-000003", "b-000002"]
    assert f"{first}:2: text: text is blank" in caught.value.detail
    assert [(f.pointer, f.detail) for f in caught.value.errors] == [
        (f"{first}:2", "text: text is blank"),
        (f"{second}:1", "labels: Field required"),
    ]


def test_only_the_first_faults_are_shown(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [{"text": ""}] * (SHOWN_FAULTS + 5))
    with pytest.raises(InvalidInput, match=f"bad rows: {SHOWN_FAULTS + 5};") as caught:
        list(read_examples([path]))
    assert len(caught.value.errors) == SHOWN_FAULTS


def test_rows_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    first = write_jsonl(tmp_path / "z.jsonl", [GOOD])
    second = write_jsonl(tmp_path / "a.jsonl", [GOOD])
    assert [row.file for row, _ in read_rows([first, second])] == [first, second]
