from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.readers import expand, read_examples
from data.readers.files import Row, default_source, iterate
from data.schema import Example
from models.errors import InvalidInput
from tests.data.made import write_jsonl

COLUMNS = ("id", "source", "register", "title", "text", "labels", "date", "cluster")
RECORDS: list[dict[str, Any]] = [
    {
        "id": "1",
        "source": "s",
        "register": "weibo",
        "text": "平常的一句话",
        "labels": {"rumour": 0},
    },
    {
        "id": "2",
        "source": "s",
        "register": "sms",
        "title": '他说"好"',
        "text": '两行，带"引号"\n第二行, 还有逗号😀\u2028行分隔',
        "labels": {"ad_spam": 1, "fraud": 0},
        "date": "2024-05-31",
        "cluster": 12,
    },
    {"id": "3", "source": "t", "register": "web", "text": "没有标签", "labels": {}, "date": "2023"},
]


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode()


def labels_as_json() -> bytes:
    rows = [
        [json.dumps(r["labels"]) if name == "labels" else r.get(name) for name in COLUMNS]
        for r in RECORDS
    ]
    return csv_bytes(COLUMNS, rows)


def labels_as_columns() -> bytes:
    names = ("rumour", "ad_spam", "fraud")
    plain = [name for name in COLUMNS if name != "labels"]
    rows = [
        [r.get(name) for name in plain] + [r["labels"].get(name) for name in names] for r in RECORDS
    ]
    return csv_bytes([*plain, *names], rows)


def labels_as_floats() -> bytes:
    return labels_as_columns().replace(b",1,0\r\n", b",1.0,0.0\r\n").replace(b",12,", b",12.0,")


def save_dataset(path: Path) -> None:
    from datasets import Dataset

    labels = [{n: r["labels"].get(n) for n in ("rumour", "ad_spam", "fraud")} for r in RECORDS]
    columns = {name: [r.get(name) for r in RECORDS] for name in COLUMNS if name != "labels"}
    Dataset.from_dict(columns | {"labels": labels}).save_to_disk(str(path))


def save_dataset_of_columns(path: Path) -> None:
    from datasets import Dataset

    columns = {name: [r.get(name) for r in RECORDS] for name in COLUMNS if name != "labels"}
    labels = {n: [r["labels"].get(n) for r in RECORDS] for n in ("rumour", "ad_spam", "fraud")}
    whole = Dataset.from_dict(columns | labels)
    whole.save_to_disk(str(path))


def save_dataset_dict(path: Path) -> None:
    from datasets import Dataset, DatasetDict

    columns = {name: [r.get(name) for r in RECORDS] for name in COLUMNS}
    columns["labels"] = [json.dumps(r["labels"]) for r in RECORDS]
    whole = Dataset.from_dict(columns)
    parts = {"train": whole.select([0]), "test": whole.select([1, 2])}
    DatasetDict(parts).save_to_disk(str(path))


WRITERS: dict[str, Callable[[Path], object]] = {
    "a.jsonl": lambda path: write_jsonl(path, RECORDS),
    "a.jsonl.gz": lambda path: write_jsonl(path, RECORDS),
    "json.csv": lambda path: path.write_bytes(labels_as_json()),
    "columns.csv": lambda path: path.write_bytes(labels_as_columns()),
    "floats.csv": lambda path: path.write_bytes(labels_as_floats()),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(labels_as_json())),
    "bom.csv": lambda path: path.write_bytes(codecs.BOM_UTF8 + labels_as_json()),
    "dataset": save_dataset,
    "dataset-of-columns": save_dataset_of_columns,
    "dataset-dict": save_dataset_dict,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_examples(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    assert list(read_examples([path])) == [Example.model_validate(r) for r in RECORDS]


def test_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    save_dataset(tmp_path / "dataset")
    (tmp_path / "a.csv").write_bytes(labels_as_json())
    before = sorted(tmp_path.rglob("*"))
    list(read_examples([tmp_path]))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.csv", "c.jsonl.gz", "notes.txt", "README.md"):
        (tmp_path / name).write_bytes(b"")
    save_dataset(tmp_path / "d")
    assert [path.name for path in expand([tmp_path])] == ["a.csv", "b.jsonl", "c.jsonl.gz", "d"]


def test_a_path_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", RECORDS)
    assert expand([path, tmp_path, path]) == [path]


@pytest.mark.parametrize(
    ("name", "message"), [("absent", "does not exist"), ("empty", "holds no .jsonl")]
)
def test_a_path_without_rows_is_told(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match=message) as caught:
        expand([tmp_path / name])
    assert str(tmp_path / name) in caught.value.detail


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(InvalidInput, match="unknown format"):
        list(iterate(path))


def test_a_damaged_dataset_folder_is_told(tmp_path: Path) -> None:
    save_dataset(tmp_path / "d")
    next((tmp_path / "d").glob("*.arrow")).unlink()
    with pytest.raises(InvalidInput, match="damaged dataset folder"):
        list(iterate(tmp_path / "d"))


def lines_of(path: Path) -> list[tuple[int, str | None]]:
    return [(row.line, row.problem) for row in iterate(path)]


def test_blank_lines_count_and_are_no_rows(tmp_path: Path) -> None:
    jsonl, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    jsonl.write_bytes(b'\n{"text": "a"}\r\n  \r\n\r\n{"text": "b"}')
    table.write_bytes(b"text\r\n\r\na\r\n\r\n\r\nb")
    assert lines_of(jsonl) == [(2, None), (5, None)]
    assert lines_of(table) == [(3, None), (6, None)]


def test_a_row_of_several_lines_stands_at_its_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('id,text\n1,"一\n二\n三"\n2,四\n3,"五\n六"\n4,七\n'.encode())
    rows = list(iterate(path))
    assert [row.line for row in rows] == [2, 5, 6, 8]
    assert [row.record and row.record["text"] for row in rows] == [
        "一\n二\n三",
        "四",
        "五\n六",
        "七",
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + b'{"text": "a"}\n' + codecs.BOM_UTF8 + b'{"text": "b"}\n')
    first, second = iterate(path)
    assert first == Row(path, 1, {"text": "a"})
    assert second.problem  # inside a file it is a fault


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        ("id,text\n1,好\n2\n3,好\n", 3, "1 columns where the header names 2"),
        ("id,text\n1,好\n2,好,多\n3,好\n", 3, "3 columns where the header names 2"),
        ('id,text\n1,好\n2,"好"多\n3,好\n', 3, "not CSV"),
        ('id,text\n1,好\n2,好\n3,"没有结束\n', 4, "not CSV"),
    ],
)
def test_a_bad_row_of_a_table_spoils_no_other(
    content: str, place: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    rows = list(iterate(path))
    assert [row.line for row in rows] == [2, 3, 4]
    (bad,) = [row for row in rows if row.problem]
    assert bad.line == place
    assert reason in str(bad.problem)


@pytest.mark.parametrize(
    "header",
    [b"text,text\n", b'"text"x,id\n', b"\xff\xfei\x00d\x00,t\x00\n", "标题,正文".encode("gbk")],
)
def test_a_bad_header_is_told_once(header: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(header.strip() + b"\na,b\nc,d\n")
    (row,) = iterate(path)
    assert row.line == 1
    assert str(row.problem).startswith("header: ")


def test_another_encoding_spoils_only_its_own_row(tmp_path: Path) -> None:
    jsonl, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    good, bad = b'{"text": "a"}\n', '{"text": "正文"}\n'.encode("gbk")
    jsonl.write_bytes(good + bad + good)
    table.write_bytes(b"text,id\na,1\n" + "正文,2\n".encode("gbk") + b"b,3\n")
    for path, place in ((jsonl, 2), (table, 3)):
        rows = list(iterate(path))
        assert len(rows) == 3
        assert [(r.line, r.problem) for r in rows if r.problem] == [
            (place, "not UTF-8: save the file in that encoding")
        ]


def test_a_cut_gzip_file_is_told_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "a"}\n' * 3)[:-6])
    *good, damage = iterate(path)
    assert [row.line for row in good] == [1, 2, 3]
    assert damage.line == 4
    assert str(damage.problem).startswith("damaged gzip file")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
@pytest.mark.parametrize("harm", ["no gzip at all", "a broken stream", "a wrong checksum"])
def test_a_damaged_gzip_file_is_a_bad_row(name: str, harm: str, tmp_path: Path) -> None:
    content = bytearray(gzip.compress(b"text\na\n"))
    if harm == "no gzip at all":
        content = bytearray(b"text\na\n")
    elif harm == "a broken stream":
        content[10:14] = b"\xff\xff\xff\xff"
    else:
        content[-8] ^= 0xFF
    path = tmp_path / name
    path.write_bytes(content)
    *_, damage = iterate(path)
    assert "damaged gzip file" in str(damage.problem)
    assert damage.record is None


@pytest.mark.parametrize(
    ("value", "label"), [("1", 1), ("0", 0), ("1.0", 1), (" 0 ", 0), ("²", "²"), ("--1", "--1")]
)
def test_a_column_of_a_label(value: str, label: object, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(["text", "abuse"], [["好", value]]))
    (row,) = iterate(path)
    assert row.record == {"text": "好", "labels": {"abuse": label}}


def test_days_and_gaps_of_a_dataset(tmp_path: Path) -> None:
    from datetime import date, datetime

    from datasets import Dataset

    columns = {
        "text": ["一", "二"],
        "date": [date(2024, 5, 31), None],
        "split": [None, ""],
        "abuse": [1.0, float("nan")],
        "seen": [datetime(2024, 5, 31, 8), None],  # noqa: DTZ001
    }
    Dataset.from_dict(columns).save_to_disk(str(tmp_path / "d"))
    first, second = (row.record for row in iterate(tmp_path / "d"))
    assert first == {
        "text": "一",
        "date": "2024-05-31",
        "labels": {"abuse": 1},
        "seen": "2024-05-31",
    }
    assert second == {"text": "二", "labels": {}}


@pytest.mark.parametrize(
    ("name", "source"),
    [("a.jsonl", "a"), ("a.jsonl.gz", "a"), ("a.b.csv", "a.b"), ("c.csv.gz", "c"), ("d", "d")],
)
def test_a_source_is_named_after_its_file(name: str, source: str) -> None:
    assert default_source(Path("folder") / name) == source


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=6))
def test_what_a_table_holds_is_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(csv_bytes(["id", "text"], [[f"{i}", text] for i, text in enumerate(texts)]))
    rows = list(iterate(path))
    assert [row.problem for row in rows] == [None] * len(texts)
    assert [(row.record or {}).get("text", "") for row in rows] == texts
    starts = [2 + sum(text.count("\n") + 1 for text in texts[:i]) for i in range(len(texts))]
    assert [row.line for row in rows] == starts
