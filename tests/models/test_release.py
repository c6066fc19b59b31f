"""A release says what its files say; files that do not belong together are refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import models.release
from models.errors import ReleaseError
from models.jsonfile import read_object, write_json
from models.labels import LABEL_NAMES
from models.layout import Layout
from models.manifest import write_manifest
from models.normaliser import Normaliser
from models.release import Release, find_release
from tests.tiny import edit_json


def test_a_release_says_what_its_files_say(tiny_release: Path) -> None:
    release = Release.load(tiny_release)
    assert release.name == "mingjian-tiny-test"
    assert release.labels == LABEL_NAMES
    assert set(release.thresholds) == set(LABEL_NAMES)
    assert release.max_length == 64
    assert release.windows.overlap == 16
    assert release.not_judged == ()
    assert release.sources[0]["source"] == "tiny"
    assert release.normaliser.version == Normaliser().version


def test_what_is_not_judged_comes_from_the_metrics(release_copy: Path) -> None:
    edit_json(Layout(release_copy).metrics, not_judged=["porn"])
    write_manifest(release_copy, "without-porn")
    assert Release.load(release_copy).not_judged == ("porn",)


def test_a_label_without_threshold_is_refused(release_copy: Path) -> None:
    thresholds = Layout(release_copy).thresholds
    rest = {name: value for name, value in read_object(thresholds).items() if name != "fraud"}
    write_json(thresholds, rest)
    write_manifest(release_copy, "incomplete")
    with pytest.raises(ReleaseError, match="no threshold for fraud"):
        Release.load(release_copy)


@pytest.mark.parametrize(
    ("file", "changes", "message"),
    [
        ("config", {"id2label": {}}, "names no labels"),
        ("config", {"id2label": {"0": "rumour", "2": "porn"}}, "id2label lacks"),
        ("config", {"pad_token_id": None}, "pad_token_id"),
        ("calibration", {"windows": {"length": 129, "overlap": 8}}, "positions of the model"),
        ("calibration", {"labels": {}}, "no scaling for rumour"),
        ("normaliser", {"version": "0"}, "normaliser"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(
    release_copy: Path, file: str, changes: dict[str, object], message: str
) -> None:
    edit_json(getattr(Layout(release_copy), file), **changes)
    write_manifest(release_copy, "strange")
    with pytest.raises(ReleaseError, match=message):
        Release.load(release_copy)


def test_a_draft_needs_the_exported_files_alone(release_copy: Path) -> None:
    layout = Layout(release_copy)
    for path in (*layout.content, layout.manifest):
        if path not in layout.model_files:
            path.unlink()
    draft = Release.draft(release_copy, Normaliser())
    assert draft.labels == LABEL_NAMES
    assert draft.fingerprint == "draft"
    assert draft.thresholds == {}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(models.release, "RELEASES", tmp_path)
    return tmp_path


def test_the_default_release_is_the_one_that_is_named(shelf: Path) -> None:
    (shelf / "first").mkdir()
    (shelf / "default").write_text("first\n", encoding="utf-8")
    assert find_release() == shelf / "first"
    assert find_release("first") == shelf / "first"


def test_a_path_names_any_folder(shelf: Path, tiny_release: Path) -> None:
    assert find_release(tiny_release) == tiny_release
    assert find_release(str(tiny_release)) == tiny_release


@pytest.mark.parametrize("name", ["missing", "", "../nowhere"])
def test_an_unknown_name_lists_what_exists(shelf: Path, name: str) -> None:
    (shelf / "one").mkdir()
    (shelf / "two").mkdir()
    with pytest.raises(ReleaseError, match="one, two"):
        find_release(name)


@pytest.mark.parametrize("content", ["gone", "", None])
def test_a_default_that_leads_nowhere_says_so(shelf: Path, content: str | None) -> None:
    if content is not None:
        (shelf / "default").write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError, match="default"):
        find_release()


def test_scoring_needs_no_training_library(tiny_release: Path) -> None:
    code = (
        "import sys\n"
        "from models.scorer import Post, Scorer\n"
        f"scorer = Scorer.open({str(tiny_release)!r}, threads=1)\n"
        "assert scorer.score([Post('今天下雨')])\n"
        "heavy = {'torch', 'transformers', 'datasets', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
