from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from data.corrections import corrections
from data.prepare import PrepareReport, held_out_of, is_prepared, load_split, prepare
from data.readers import read_examples
from data.schema import Example
from data.split import CALIBRATION, SPLITS, TEST, TEST_TIME, TRAIN
from models.errors import InvalidInput
from models.normaliser import VERSION
from tests.data.made import words, write_jsonl

SAMPLE = Path(__file__).parents[2] / "data/sample"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PrepareReport]:
    out = tmp_path_factory.mktemp("prepared") / "deep" / "sample"
    return out, prepare([SAMPLE], out)


def kept(out: Path) -> list[Example]:
    return [example for name in SPLITS for example in load_split(out, name)]


def test_the_counts_of_the_sample_add_up(prepared: tuple[Path, PrepareReport]) -> None:
    out, report = prepared
    read = list(read_examples([SAMPLE]))
    assert report.read == len(read) == sum(report.read_by_source.values())
    assert report.kept + sum(report.drops.values()) == report.read
    by_source = Counter[str]()
    for drops in report.drops_by_source.values():
        by_source.update(drops)
    assert dict(by_source) == report.drops
    assert sum(report.splits.values()) == report.kept == len(kept(out))
    assert report.kept > 0.95 * report.read  # the sample is varied


def test_the_splits_hold_what_the_report_says(prepared: tuple[Path, PrepareReport]) -> None:
    out, report = prepared
    for name in SPLITS:
        examples = load_split(out, name)
        assert len(examples) == report.splits.get(name, 0)
        assert {example.split for example in examples} <= {name}
        for label, (zeros, ones) in report.labels.get(name, {}).items():
            values = [e.labels[label] for e in examples if label in e.labels]
            assert (values.count(0), values.count(1)) == (zeros, ones)
    assert min(report.splits[name] for name in (TRAIN, CALIBRATION, TEST)) > 50


def test_no_post_is_kept_twice_and_no_cluster_is_cut(prepared: tuple[Path, PrepareReport]) -> None:
    examples = kept(prepared[0])
    assert len({example.id for example in examples}) == len(examples)
    assert {example.id for example in examples} <= {e.id for e in read_examples([SAMPLE])}
    assert len({(e.cluster, e.split) for e in examples}) == len({e.cluster for e in examples})


def test_the_report_is_written(prepared: tuple[Path, PrepareReport]) -> None:
    out, report = prepared
    assert json.loads((out / "report.json").read_bytes()) == asdict(report)
    assert report.normaliser == VERSION
    assert report.leaks == []


def test_a_second_run_is_the_same(prepared: tuple[Path, PrepareReport], tmp_path: Path) -> None:
    out, report = prepared
    assert prepare([SAMPLE], tmp_path) == report
    assert report.fingerprint
    for path in out.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def record(text: str, **fields: Any) -> dict[str, Any]:
    return {"text": text, "labels": {"abuse": 0}} | fields


def test_every_drop_has_its_reason(tmp_path: Path) -> None:
    long = words("long", 60)
    first = [record(words(i)) for i in range(30)]
    first += [record(long), record("同一句话", labels={"abuse": 1})]
    second = [
        record(words(0), labels={"porn": 0}),
        record(long[:-1] + "尾"),
        record("同一句话"),
        record(words("x"), labels={"mood": 1}),
        record(words("y"), labels={"mood": 1, "abuse": 1}),
    ]
    paths = [write_jsonl(tmp_path / "a.jsonl", first), write_jsonl(tmp_path / "b.jsonl", second)]
    report = prepare(paths, tmp_path / "out")
    assert report.read_by_source == {"a": 32, "b": 5}
    assert report.drops_by_source["a"] == {"label_conflict": 1}
    assert report.drops_by_source["b"] == {
        "no_known_label": 1,
        "exact_duplicate": 2,
        "near_duplicate": 1,
    }
    assert report.drops == {
        "no_known_label": 1,
        "exact_duplicate": 2,
        "near_duplicate": 1,
        "label_conflict": 1,
    }
    assert (report.read, report.kept) == (37, 32)
    assert report.left_aside == {"mood": 2}
    (merged,) = [e for e in kept(tmp_path / "out") if e.id == "a-000001"]
    assert merged.labels == {"abuse": 0, "porn": 0}
    assert all("mood" not in e.labels for e in kept(tmp_path / "out"))


def test_only_the_labels_in_use_are_kept(tmp_path: Path) -> None:
    rows = [record(words(i), labels={"rumour": i % 2, "abuse": 0}) for i in range(20)]
    report = prepare([write_jsonl(tmp_path / "a.jsonl", rows)], tmp_path / "out", labels=["rumour"])
    assert report.left_aside == {"abuse": 20}
    assert {name for e in kept(tmp_path / "out") for name in e.labels} == {"rumour"}


def test_posts_are_cleaned(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "sms_spam.jsonl", [record("请致电xxxxxxxx，谢谢……")])
    prepare([path], tmp_path / "out")
    (example,) = kept(tmp_path / "out")
    assert "x" not in example.text
    assert example.text.endswith("谢谢")


def test_a_bad_row_stops_it_and_nothing_is_written(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [record("好"), record(" ")])
    with pytest.raises(InvalidInput, match=r"a\.jsonl:2: text: text is blank"):
        prepare([path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "nothing to prepare"),
        ([record("好", labels={"mood": 1})], "nothing to prepare"),
        ([record("好"), record("好！", labels={"abuse": 1})], "contradict each other"),
    ],
)
def test_nothing_left_is_told(rows: list[dict[str, Any]], message: str, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", rows)
    with pytest.raises(InvalidInput, match=message):
        prepare([path], tmp_path / "out")


def test_one_post_is_enough(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [record("好")])
    assert prepare([path], tmp_path / "out").kept == 1


def test_a_file_is_no_folder_for_splits(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [record("好")])
    with pytest.raises(InvalidInput, match="is a file"):
        prepare([path], path)


def test_a_run_that_was_cut_off_is_not_taken_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [record(words(i)) for i in range(5)])
    out = tmp_path / "out"
    assert not is_prepared(out)
    prepare([path], out)
    assert is_prepared(out)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(gzip.GzipFile, "writelines", full)
        with pytest.raises(OSError, match="No space"):
            prepare([path], out)
    assert not is_prepared(out)
    prepare([path], out)
    assert is_prepared(out)


def test_a_prepared_folder_stands_for_its_tests(prepared: tuple[Path, PrepareReport]) -> None:
    out, _ = prepared
    assert held_out_of([SAMPLE, out]) == [
        SAMPLE,
        out / f"{TEST}.jsonl.gz",
        out / f"{TEST_TIME}.jsonl.gz",
    ]


def test_a_prepared_folder_can_be_prepared_again(
    prepared: tuple[Path, PrepareReport], tmp_path: Path
) -> None:
    out, report = prepared
    again = prepare([out], tmp_path)
    assert (again.read, again.kept, again.drops) == (report.kept, report.kept, {})


def test_corrected_and_relabelled_posts_are_counted_by_source(tmp_path: Path) -> None:
    number = next(iter(corrections())).rpartition("-")
    source, wanted = number[0], corrections()["-".join((number[0], number[2]))]
    label, value = next(iter(wanted.items()))
    rows = [
        {"id": f"{source}-{number[2]}", "source": source, "text": words("a"), "labels": {label: 0}},
        {"id": "t-1", "source": "telegram_ads", "text": "首存一百送一百", "labels": {"ad_spam": 1}},
        {"id": "t-2", "source": "mine", "text": words("b"), "labels": {"ad_spam": 0}},
    ]
    report = prepare([write_jsonl(tmp_path / "a.jsonl", rows)], tmp_path / "out")
    assert report.corrected == ({source: 1} if value != 0 or len(wanted) > 1 else {})
    assert report.relabelled["telegram_ads"]["gambling"] == [0, 1]
    assert "mine" not in report.relabelled
