"""Promotion: whole or not at all, with who, when and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import InvalidInput, ReleaseError
from models.jsonfile import read_object
from models.layout import Layout
from models.manifest import verify_manifest
from models.release import Release
from tests.tiny import NAME
from training.gate.gate import Verdict
from training.gate.promote import RECORD, promote
from training.gate.row import PASSES, WORSE, Row


def verdict_of(folder: Path, *, passes: bool = True) -> Verdict:
    """What a gate would have said."""
    row = Row("auc", "abuse", PASSES if passes else WORSE)
    fingerprint = verify_manifest(folder).fingerprint
    return Verdict(folder, NAME, fingerprint, "before", "0" * 64, 100, 0, (row,))


def test_the_candidate_becomes_the_default(tiny_release: Path, tmp_path: Path) -> None:
    folder = promote(verdict_of(tiny_release), tmp_path / "releases")
    assert folder == tmp_path / "releases" / NAME
    assert (tmp_path / "releases" / "default").read_text() == f"{NAME}\n"
    assert Release.load(folder).name == NAME
    record = read_object(folder / RECORD)
    assert (record["forced"], record["why"]) == (False, None)
    assert record["by"]
    assert record["gate"]["candidate"]["fingerprint"] == verify_manifest(tiny_release).fingerprint
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["default", NAME]


def test_a_refused_candidate_is_promoted_only_with_a_reason_that_is_kept(
    tiny_release: Path, tmp_path: Path
) -> None:
    refused = verdict_of(tiny_release, passes=False)
    with pytest.raises(InvalidInput, match="--why"):
        promote(refused, tmp_path)
    folder = promote(refused, tmp_path, "本周必须上线")
    record = read_object(folder / RECORD)
    assert (record["forced"], record["why"]) == (True, "本周必须上线")
    assert record["at"].endswith("+00:00")
    assert record["gate"]["passed"] is False


def test_a_release_is_never_written_over(tiny_release: Path, tmp_path: Path) -> None:
    promote(verdict_of(tiny_release), tmp_path)
    with pytest.raises(InvalidInput, match="another --name"):
        promote(verdict_of(tiny_release), tmp_path)


@pytest.mark.parametrize("name", ["default", "../x", "", ".hidden", "a b"])
def test_a_name_must_be_plain(tiny_release: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="no plain name"):
        promote(replace(verdict_of(tiny_release), name=name), tmp_path / "releases")
    assert not (tmp_path / "releases").exists()


def test_a_copy_that_fails_its_test_leaves_everything_as_it_was(
    release_copy: Path, tmp_path: Path
) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "default").write_text("before\n")
    told = verdict_of(release_copy)
    golden = Layout(release_copy).golden
    golden.write_bytes(golden.read_bytes().replace(b'"abuse":', b'"abuse":1'))
    with pytest.raises(ReleaseError):
        promote(told, tmp_path / "releases")
    assert (tmp_path / "releases" / "default").read_text() == "before\n"
    assert [path.name for path in (tmp_path / "releases").iterdir()] == ["default"]
