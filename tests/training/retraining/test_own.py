"""Own Examples: every row good, or nothing is trained and every fault has its line."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from models.errors import InvalidInput
from models.labels import LABEL_NAMES
from tests.training.posts import post, write_posts
from training.retraining.own import LEAST_OF_A_CLASS, read_own

NAMES = [*LABEL_NAMES, "spoiler"]


def rows(folder: Path, *labels: object) -> Path:
    """Write enough good posts, then one row for each of the labels given."""
    good = [
        {"text": f"第{place}条帖子", "labels": {"spoiler": place % 2}}
        for place in range(2 * LEAST_OF_A_CLASS)
    ]
    odd = [{"text": f"另外{place}", "labels": found} for place, found in enumerate(labels)]
    path = folder / "mine.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(row) for row in (*good, *odd)))
    return path


@pytest.mark.parametrize(
    ("value", "known"), [(1, 1), (0, 0), ("1", 1), ("0", 0), (1.0, 1), (True, 1), (False, 0)]
)
def test_a_new_label_may_be_written_in_several_ways(
    tmp_path: Path, value: object, known: int
) -> None:
    own = read_own([rows(tmp_path, {"spoiler": value})], NAMES, ["spoiler"])
    assert own.examples[-1].labels == {"spoiler": known}


def test_a_new_label_may_have_its_public_name(tmp_path: Path) -> None:
    own = read_own([rows(tmp_path, {"low_quality.spoiler": 1})], NAMES, ["spoiler"])
    assert own.examples[-1].labels["spoiler"] == 1
    assert not own.aside


def test_a_new_label_may_be_a_column(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    lines = [f"第{place}条,{place % 2}" for place in range(2 * LEAST_OF_A_CLASS)]
    path.write_text("\n".join(["text,spoiler", *lines, "不知道,"]), encoding="utf-8")
    own = read_own([path], NAMES, ["spoiler"])
    assert own.count("spoiler") == (LEAST_OF_A_CLASS, LEAST_OF_A_CLASS)
    assert own.examples[-1].labels == {}


@pytest.mark.parametrize("value", [2, -1, "maybe", 0.5, [1]])
def test_what_is_neither_0_nor_1_is_refused_with_file_and_line(
    tmp_path: Path, value: object
) -> None:
    path = rows(tmp_path, {"spoiler": 1}, {"spoiler": value})
    with pytest.raises(InvalidInput) as refused:
        read_own([path], NAMES, ["spoiler"])
    (fault,) = refused.value.errors
    assert fault.pointer == f"{path}:{2 * LEAST_OF_A_CLASS + 2}"
    assert "spoiler: must be 0 or 1" in fault.detail
    assert "nothing was trained" in refused.value.detail


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(
        '{"text": "", "labels": {"abuse": 1}}\n{"id": "a", "text": "好", "labels": {"abuse": 1}}\n'
        'x\n{"id": "a", "text": "坏", "labels": {"abuse": 0}}\n',
        encoding="utf-8",
    )
    with pytest.raises(InvalidInput, match="bad rows: 3") as refused:
        read_own([path], LABEL_NAMES)
    assert [fault.pointer.rpartition(":")[2] for fault in refused.value.errors] == ["1", "3", "4"]


def test_labels_nobody_asked_for_are_counted(tmp_path: Path) -> None:
    path = write_posts(
        tmp_path / "mine.jsonl", [post("甲", abuse=1, spoiler=1), post("乙", abuse=0)]
    )
    own = read_own([path], LABEL_NAMES)
    assert own.aside == {"spoiler": 1}
    assert own.sources == ["user"]


def test_posts_that_say_nothing_of_the_labels_are_refused(tmp_path: Path) -> None:
    path = write_posts(tmp_path / "mine.jsonl", [post("甲", spoiler=1)])
    with pytest.raises(InvalidInput, match=r"labels found: spoiler.*--add-label"):
        read_own([path], LABEL_NAMES)


def test_a_new_label_needs_enough_of_both_classes(tmp_path: Path) -> None:
    posts = [post(f"第{place}条", spoiler=int(place > 5)) for place in range(100)]
    path = write_posts(tmp_path / "mine.jsonl", posts)
    with pytest.raises(InvalidInput, match="94 positives and 6 negatives: bring at least 40"):
        read_own([path], NAMES, ["spoiler"])
