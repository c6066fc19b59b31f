"""Files of words: every line is told what became of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.errors import TooLarge
from service.word.entries import Draft
from service.word.errors import UnreadableWords
from service.word.importing import MOST_LINES, Line, format_of, read_lines
from service.word.reading import Fault
from tests.service.word.made import NOW


def lines(text: str, form: str) -> list[Line]:
    return read_lines(text.encode(), form, NOW)  # type: ignore[arg-type]


def test_text_has_a_pattern_a_line() -> None:
    found = lines("\ufeff# 注释\n大麻\r\n\n  高仿&加微信 \n", "text")
    assert found == [Line(2, Draft("大麻")), Line(4, Draft("高仿&加微信"))]


@pytest.mark.parametrize(("form", "comma"), [("csv", ","), ("tsv", "\t")])
def test_tables_with_and_without_a_header(form: str, comma: str) -> None:
    row = ["大麻", "毒品;违禁", "常见", "2027-01-31"]
    draft = Draft("大麻", ("毒品", "违禁"), "常见", datetime(2027, 1, 31, 16, tzinfo=UTC))
    plain = comma.join(row)
    assert lines(plain, form) == [Line(1, draft)]
    header = comma.join(["note", "Pattern", "tags"])
    turned = comma.join(["常见", "大麻", "毒品"])
    assert lines(f"{header}\n{turned}\n", form) == [Line(2, Draft("大麻", ("毒品",), "常见"))]


def test_json_lines_hold_entries_or_words() -> None:
    found = lines('{"pattern": "大麻", "tags": ["毒品"]}\n"冰毒"\n{oops\n[1]\n', "jsonl")
    assert found[:2] == [Line(1, Draft("大麻", ("毒品",))), Line(2, Draft("冰毒"))]
    assert isinstance(found[2].draft, Fault)
    assert "not JSON" in found[2].draft.detail
    assert isinstance(found[3].draft, Fault)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('{"patern": "大麻"}', "known are pattern, tags, note, expires"),
        ('{"pattern": 1}', "pattern"),
        ('{"pattern": "a", "expires": "morgen"}', "neither a time"),
        ('{"pattern": "a", "expires": "2020-01-01"}', "has passed"),
        ('{"pattern": "a", "expires": "2030-01-01T00:00:00"}', "no offset"),
        ('{"pattern": "a", "expires": "0001-01-01T00:00:00+14:00"}', "expires"),
        ('{"pattern": "a", "expires": "9999-12-31T23:00:00-14:00"}', "expires"),
        ('{"pattern": "a", "expires": "9999-12-31"}', "expires"),
        ('{"pattern": "a", "tags": "x"}', "tags"),
    ],
)
def test_faults_say_what_is_wrong(entry: str, said: str) -> None:
    (line,) = lines(entry, "jsonl")
    assert isinstance(line.draft, Fault)
    assert said in line.draft.detail


def test_a_row_with_too_many_cells_is_a_fault() -> None:
    (line,) = lines("a,b,c,,x", "csv")
    assert isinstance(line.draft, Fault)


def test_the_form_comes_from_the_media_type_or_by_name() -> None:
    assert format_of("text/csv; charset=utf-8", None) == "csv"
    assert format_of("application/octet-stream", "tsv") == "tsv"
    with pytest.raises(UnreadableWords, match="Content-Type"):
        format_of("image/png", None)


def test_what_is_not_utf8_or_too_long_is_refused() -> None:
    with pytest.raises(UnreadableWords, match="Byte 1 is not UTF-8"):
        read_lines("大麻".encode("gbk"), "text", NOW)
    with pytest.raises(TooLarge, match="20,000"):
        lines("a\n" * (MOST_LINES + 1), "text")
