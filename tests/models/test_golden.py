"""A release that scores its golden sentences differently never starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import ReleaseError
from models.golden import Golden, GoldenMismatch, read_golden, self_test, write_golden
from models.layout import Layout
from models.manifest import write_manifest
from models.scorer import Scorer


def test_the_tiny_release_passes_its_own_test(tiny_release: Path) -> None:
    assert Scorer.open(tiny_release, threads=1).release.name == "mingjian-tiny-test"


@pytest.mark.parametrize("shift", [0.05, -0.05, float("nan")])
def test_a_falsified_expectation_is_refused(release_copy: Path, shift: float) -> None:
    path = Layout(release_copy).golden
    first, second = read_golden(path)
    falsified = {**second.scores, "abuse": second.scores["abuse"] + shift}
    if shift != shift:  # NaN has no JSON form: a difference that is not a number must fail too.
        with pytest.raises(GoldenMismatch):
            self_test([second], lambda _: [{**second.scores, "abuse": shift}])
        return
    write_golden(path, [first, Golden(second.text, second.title, falsified)])
    write_manifest(release_copy, "falsified")
    with pytest.raises(GoldenMismatch, match="abuse expected") as caught:
        Scorer.open(release_copy, precision="f32", threads=1)
    assert caught.value.golden.text == second.text
    assert caught.value.label == "abuse"
    assert caught.value.got == pytest.approx(second.scores["abuse"], abs=1e-3)
    assert second.text in caught.value.detail


def test_a_label_that_is_gone_is_refused() -> None:
    golden = Golden("一句话", "", {"rumour": 0.2})
    with pytest.raises(GoldenMismatch, match="got no score"):
        self_test([golden], lambda _: [{"abuse": 0.2}])


def test_a_small_difference_is_tolerated() -> None:
    golden = Golden("一句话", "题", {"rumour": 0.2})
    self_test([golden], lambda posts: [{"rumour": 0.215}] if posts == [("题", "一句话")] else [])


def test_sentences_survive_the_file(tmp_path: Path) -> None:
    sentences = [Golden("一", "", {"rumour": 0.1}), Golden("二", "题目", {"rumour": 0.9})]
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
