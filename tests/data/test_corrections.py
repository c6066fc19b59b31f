"""Corrections name posts by number, say what their labels are, and contradict nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from data import corrections as module
from data.corrections import CORRECTIONS, Correction, correct, corrections
from data.sources import known_sources
from models.labels import LABEL_NAMES
from tests.data.made import example


def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text(text, "utf-8")
    monkeypatch.setattr(module, "CORRECTIONS", path)
    corrections.cache_clear()


@pytest.fixture(autouse=True)
def read_anew() -> object:
    yield
    corrections.cache_clear()


def test_the_corrections_shipped_are_of_known_sources_and_labels() -> None:
    sources = {post_id.rpartition("-")[0] for post_id in corrections()}
    assert sources <= set(known_sources())
    assert all(labels and set(labels) <= set(LABEL_NAMES) for labels in corrections().values())


def test_no_text_is_among_them() -> None:
    lines = CORRECTIONS.read_text("utf-8").splitlines()
    assert all(line.isascii() for line in lines)


def test_a_label_is_changed_added_and_taken_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(
        monkeypatch,
        tmp_path,
        "made:\n  - why: sells\n    labels: {ad_spam: 1, abuse: null}\n    ids: 7 12\n",
    )
    post = example(id="made-000012", labels={"abuse": 1, "rumour": 0})
    assert correct(post).labels == {"rumour": 0, "ad_spam": 1}
    assert correct(correct(post)) == correct(post)
    other = example(id="made-000013")
    assert correct(other) is other


def test_two_corrections_that_disagree_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    group = "  - why: x\n    labels: {{abuse: {value}}}\n    ids: 3\n"
    use(monkeypatch, tmp_path, "made:\n" + group.format(value=0) + group.format(value=1))
    with pytest.raises(ValueError, match="made-000003: abuse"):
        corrections()


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValidationError, match="no such label: mood"):
        Correction.model_validate({"why": "x", "labels": {"mood": 1}, "ids": "1"})
