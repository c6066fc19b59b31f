"""A release that scores its golden sentences differently never starts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models.errors import ReleaseError
from models.golden import (
    PADDING_TOLERANCE,
    TOLERANCES,
    Golden,
    GoldenMismatch,
    PaddingMismatch,
    padding_test,
    read_golden,
    self_test,
    write_golden,
)
from models.labels import LABEL_NAMES
from models.layout import Layout
from models.manifest import write_manifest
from models.runtime import Backend, open_backend
from models.scorer import Scorer
from tests.misled import Misled


def test_the_tiny_release_passes_its_own_test(tiny_release: Path) -> None:
    assert Scorer.open(tiny_release, threads=1).release.name == "mingjian-tiny-test"


@pytest.mark.parametrize("shift", [0.05, -0.05, float("nan")])
def test_a_falsified_expectation_is_refused(release_copy: Path, shift: float) -> None:
    path = Layout(release_copy).golden
    first, second = read_golden(path)
    falsified = {**second.scores, "abuse": second.scores["abuse"] + shift}
    if shift != shift:  # NaN has no JSON form: a difference that is not a number must fail too.
        with pytest.raises(GoldenMismatch):
            self_test([second], lambda _: [{**second.scores, "abuse": shift}], "f32")
        return
    write_golden(path, [first, Golden(second.text, second.title, falsified)])
    write_manifest(release_copy, "falsified")
    with pytest.raises(GoldenMismatch, match="abuse expected") as caught:
        Scorer.open(release_copy, precision="f32", threads=1)
    worst = caught.value.worst
    assert (worst.golden.text, worst.label) == (second.text, "abuse")
    assert worst.got == pytest.approx(second.scores["abuse"], abs=1e-3)
    assert len(caught.value.differences) == 1
    assert second.text in caught.value.detail
    assert f"1 of {2 * len(LABEL_NAMES)} scores" in caught.value.detail


def test_a_label_that_is_gone_is_refused() -> None:
    golden = Golden("一句话", "", {"rumour": 0.2})
    with pytest.raises(GoldenMismatch, match="got no score"):
        self_test([golden], lambda _: [{"abuse": 0.2}], "bf16")


@pytest.mark.parametrize("precision", TOLERANCES)
def test_each_precision_has_its_own_tolerance_and_expectation(precision: str) -> None:
    golden = Golden("一句话", "题", {"rumour": 0.2}, int8={"rumour": 0.3})
    expected, tolerance = golden.expected(precision)["rumour"], TOLERANCES[precision]
    assert expected == (0.3 if precision == "int8" else 0.2)

    def scored(posts: Sequence[tuple[str, str]], by: float) -> list[dict[str, float]]:
        assert posts == [("题", "一句话")]
        return [{"rumour": expected + by}]

    self_test([golden], lambda posts: scored(posts, tolerance * 0.9), precision)
    with pytest.raises(GoldenMismatch, match=f"failed in {precision}"):
        self_test([golden], lambda posts: scored(posts, tolerance * 1.1), precision)


def test_the_worst_difference_is_named() -> None:
    first, second = Golden("一", "", {"rumour": 0.2}), Golden("二", "", {"rumour": 0.2})
    with pytest.raises(GoldenMismatch, match=r"2 of 2 scores differ .* most on '二'"):
        self_test([first, second], lambda _: [{"rumour": 0.3}, {"rumour": 0.5}], "f32")


def test_int8_without_expectations_is_refused() -> None:
    with pytest.raises(ReleaseError, match="no scores in int8"):
        self_test([Golden("一", "", {"rumour": 0.2})], lambda _: [{"rumour": 0.2}], "int8")


def test_sentences_survive_the_file(tmp_path: Path) -> None:
    sentences = [
        Golden("一", "", {"rumour": 0.1}),
        Golden("二", "题目", {"rumour": 0.9}, {"rumour": 0.8}),
    ]
    write_golden(tmp_path / "golden.jsonl", sentences)
    assert read_golden(tmp_path / "golden.jsonl") == sentences


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "{",
        '{"text":"一"}',
        '{"scores":{"rumour":0.1}}',
        '{"text":"一","scores":{}}',
        "[]",
    ],
)
def test_a_golden_file_that_tests_nothing_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"golden\.jsonl"):
        read_golden(path)


def test_a_score_that_changes_with_padding_is_refused() -> None:
    sentences = [Golden("一", "", {"rumour": 0.2}), Golden("二", "题", {"rumour": 0.4})]

    def scored(posts: Sequence[tuple[str, str]], by: float) -> list[dict[str, float]]:
        assert posts == [("", "一"), ("题", "二")]
        return [{"rumour": 0.2}, {"rumour": 0.4 + by}]

    alone = [{"rumour": 0.2}, {"rumour": 0.4}]
    padding_test(sentences, alone, partial(scored, by=PADDING_TOLERANCE * 0.9), "int8")
    for change in (PADDING_TOLERANCE * 1.1, float("nan")):
        with pytest.raises(PaddingMismatch, match="MINGJIAN_PRECISION to bf16 or f32") as caught:
            padding_test(sentences, alone, partial(scored, by=change), "int8")
        assert caught.value.worst.golden is sentences[1]
        assert "'二'" in caught.value.detail


def test_int8_that_this_machine_runs_wrongly_is_refused(
    int8_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*options: Any) -> Backend:
        return Misled(open_backend(*options))

    monkeypatch.setattr("models.scorer.open_backend", opened)
    assert Scorer.open(int8_release, precision="f32", threads=1).backend.precision == "f32"
    with pytest.raises(PaddingMismatch, match="padding changes scores on this processor"):
        Scorer.open(int8_release, precision="int8", threads=1)
