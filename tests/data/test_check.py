from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.check import check
from tests.data.made import write_jsonl

BAD_ROWS = {
    "not JSON": (b"{'text': 'a'}", "not JSON: "),
    "cut JSON": (b'{"text": "a", "labels": {', "not JSON: "),
    "not a number": (b'{"text": "a", "labels": {}, "cluster": NaN}', "not JSON: "),
    "half a surrogate": (b'{"text": "\\ud83d", "labels": {}}', "not JSON: "),
    "not an object": (b'["text"]', "not a JSON object"),
    "a bare string": (b'"text"', "not a JSON object"),
    "null": (b"null", "not a JSON object"),
    "invalid UTF-8": (b'{"text": "\xff\xfe", "labels": {}}', "not UTF-8"),
    "missing text": (b'{"labels": {}}', "text: Field required"),
    "null text": (b'{"text": null, "labels": {}}', "text: Field required"),
    "empty text": (b'{"text": "", "labels": {}}', "text: "),
    "blank text": (b'{"text": " \\n\\u3000", "labels": {}}', "text: text is blank"),
    "text of another type": (b'{"text": 5, "labels": {}}', "text: "),
    "missing labels": (b'{"text": "a"}', "labels: Field required"),
    "label 2": (b'{"text": "a", "labels": {"rumour": 2}}', "labels.rumour: "),
    "label as text": (b'{"text": "a", "labels": {"abuse": "yes"}}', "labels.abuse: "),
    "labels as list": (b'{"text": "a", "labels": ["abuse"]}', "labels: "),
    "register": (b'{"text": "a", "labels": {}, "register": "forum"}', "register: unknown register"),
    "no such day": (b'{"text": "a", "labels": {}, "date": "2024-02-30"}', "date: no such date"),
    "date in words": (b'{"text": "a", "labels": {}, "date": "May 2024"}', "date: no such date"),
    "id used before": (
        b'{"id": "first", "text": "b", "labels": {}}',
        "id: 'first' was used before",
    ),
}
FIRST = b'{"id": "first", "text": "a", "labels": {"abuse": 1}}'
GOOD = b'{"text": "a", "labels": {"abuse": 1}}'


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", BAD_ROWS)
def test_every_kind_of_bad_row_is_named(kind: str, compressed: bool, tmp_path: Path) -> None:
    line, reason = BAD_ROWS[kind]
    content = b"\r\n".join([FIRST, GOOD, b"", line, GOOD])
    path = tmp_path / ("a.jsonl.gz" if compressed else "a.jsonl")
    path.write_bytes(gzip.compress(content) if compressed else content)
    report = check([path])
    assert report.rows == 4
    assert not report.ok
    (bad,) = report.bad
    assert (bad.file, bad.line) == (path, 4)
    assert bad.reason.startswith(reason)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("b,弱", "2 columns where the header names 3"),
        ("b,弱,0,0", "4 columns where the header names 3"),
        ('b,"弱"弱,0', "not CSV: "),
        ("b,,0", "text: Field required"),
        ("b,  ,0", "text: text is blank"),
        ("b,弱,2", "labels.abuse: "),
        ("b,弱,yes", "labels.abuse: "),
        ("a,弱,0", "id: 'a' was used before"),
    ],
)
def test_every_kind_of_bad_row_of_a_table_is_named(row: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'id,text,abuse\r\na,"两\r\n行",0\r\n{row}\r\nc,好,1\r\n'.encode())
    report = check([path])
    assert report.rows == 3
    (bad,) = report.bad
    assert (bad.file, bad.line) == (path, 4)
    assert bad.reason.startswith(reason)


def test_labels_of_a_table_that_are_no_mapping_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,labels\n好,"{""abuse"": 1}"\n好,rumour\n好,[1]\n', "utf-8")
    assert [(bad.line, bad.reason[:7]) for bad in check([path]).bad] == [
        (3, "labels:"),
        (4, "labels:"),
    ]


def test_a_damaged_file_does_not_hide_the_faults_of_others(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(GOOD + b"\nx\n")[:-4])
    (tmp_path / "b.jsonl").write_bytes(b"x\n" + GOOD)
    places = [(bad.file.name, bad.line, bad.reason.split(" (")[0]) for bad in check([tmp_path]).bad]
    assert [place[:2] for place in places] == [("a.jsonl.gz", 2), ("a.jsonl.gz", 3), ("b.jsonl", 1)]
    assert places[1][2] == "damaged gzip file"


def test_an_id_is_unique_across_files(tmp_path: Path) -> None:
    row = {"id": "one", "text": "好", "labels": {}}
    first = write_jsonl(tmp_path / "a.jsonl", [{"text": "好", "labels": {}}, row])
    second = write_jsonl(tmp_path / "b.jsonl", [row])
    (bad,) = check([first, second]).bad
    assert str(bad) == f"{second}:1: id: 'one' was used before at {first}:2"


def test_surprises_are_noted_and_not_refused(tmp_path: Path) -> None:
    labels = {"rumour": 1, "ai_written": 0, "mood": "sad"}
    write_jsonl(
        tmp_path / "a.jsonl",
        [{"text": "好", "labels": labels, "author": "x"}, {"text": "好", "labels": {"mood": 1}}],
    )
    (tmp_path / "b.csv").write_text("text,abuse,author,author_id\n好,1,x,7\n坏,,y,\n", "utf-8")
    report = check([tmp_path])
    assert report.ok
    assert report.rows == 4
    assert report.unknown_labels == {"mood": 2, "ai_written": 1}
    assert report.unknown_fields == {"author": 3, "author_id": 1}


LINES = st.lists(
    st.sampled_from(
        [("good", GOOD), ("blank", b"  "), *((k, v[0]) for k, v in BAD_ROWS.items())]
    ).filter(lambda kind_and_line: kind_and_line[0] != "id used before"),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(LINES)
def test_the_bad_lines_and_no_others_are_named(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, bytes]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "mixed.jsonl"
    path.write_bytes(b"\n".join(line for _, line in lines))
    report = check([path])
    kinds = [kind for kind, _ in lines]
    assert report.rows == len(kinds) - kinds.count("blank")
    expected = [i for i, kind in enumerate(kinds, start=1) if kind in BAD_ROWS]
    assert [bad.line for bad in report.bad] == expected


def test_the_faults_of_the_table_above_are_json(tmp_path: Path) -> None:
    # A guard on this file: what stands for a good row must be one.
    path = tmp_path / "a.jsonl"
    path.write_bytes(FIRST + b"\n" + GOOD)
    assert check([path]).ok
    assert json.loads(GOOD)["labels"] == {"abuse": 1}
