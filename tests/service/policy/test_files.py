"""Policies in files: those that ship, and an operator's folder that is read again on change."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from models.errors import InvalidInput
from models.operating_points import parse_sentence
from models.release import Release, find_release
from service.community_rules.service import HouseRules
from service.policy.compile import compile_policy
from service.policy.errors import InvalidPolicy
from service.policy.files import PolicyFolder, check_folder, read_file, shipped_policies
from service.policy.reading import SIZE_LIMIT
from service.release.thresholds import ReleaseThresholds

GOOD, OTHER, WRONG = "store: none\n", "store: text\n", "store: maybe\n"


def write(path: Path, text: str) -> None:
    """Write a file whose time differs from before, however coarse the clock."""
    path.write_text(text, encoding="utf-8")
    moment = time.time_ns() + write.ticks * 1_000_000  # type: ignore[attr-defined]
    write.ticks += 1  # type: ignore[attr-defined]
    os.utime(path, ns=(moment, moment))


write.ticks = 1  # type: ignore[attr-defined]


def test_what_ships_can_be_used() -> None:
    assert list(shipped_policies()) == [
        "comments-strict",
        "default",
        "group-chat",
        "public-account",
    ]


@pytest.mark.shipped
def test_what_ships_suits_the_shipped_release() -> None:
    thresholds = ReleaseThresholds(Release.load(find_release()))
    for name, draft in shipped_policies().items():
        compiled = compile_policy(name, draft, thresholds, HouseRules.shipped())
        assert compiled.faults == (), name


def test_the_default_never_blocks() -> None:
    document = shipped_policies()["default"].document
    assert document.labels == {}
    assert (document.words.block, document.debunks.confirmed) == ("review", "review")
    assert document.channels == {}
    assert document.schedules == []


def test_what_is_blocked_goes_by_false_alarms() -> None:
    # Precision depends on how common bad posts are; blocking must not.
    for draft in shipped_policies().values():
        for layer in (draft.document, *draft.document.schedules):
            for part in layer.labels.values():
                if part.block_at is not None:
                    assert parse_sentence(str(part.block_at)).held == "false_alarms"
                assert part.suggestion != "block" or part.threshold is None


def test_a_folder_is_read_again_when_it_changes(tmp_path: Path) -> None:
    folder = PolicyFolder(tmp_path)
    assert not folder.refresh()
    write(tmp_path / "a.yaml", GOOD)
    assert folder.refresh()
    assert not folder.refresh()
    before = folder.good["a"].version
    write(tmp_path / "a.yaml", OTHER)
    write(tmp_path / "b.yml", GOOD)
    assert folder.refresh()
    assert folder.good["a"].version != before
    assert folder.good["b"].version == before
    (tmp_path / "a.yaml").unlink()
    assert folder.refresh()
    assert list(folder.good) == ["b"]


def test_a_bad_edit_keeps_the_last_good_version(tmp_path: Path) -> None:
    folder = PolicyFolder(tmp_path)
    write(tmp_path / "a.yaml", GOOD)
    folder.refresh()
    version = folder.good["a"].version
    write(tmp_path / "a.yaml", WRONG)
    assert folder.refresh()
    assert folder.good["a"].version == version
    (fault,) = folder.faults
    assert fault.file == "a.yaml"
    assert "line 1" in fault.error.detail
    write(tmp_path / "a.yaml", OTHER)
    folder.refresh()
    assert folder.faults == ()
    assert folder.good["a"].version != version


def test_files_that_hold_no_policy_are_told(tmp_path: Path) -> None:
    write(tmp_path / "Two Words.yaml", GOOD)
    write(tmp_path / "a.yaml", GOOD)
    write(tmp_path / "a.yml", OTHER)
    write(tmp_path / "big.yaml", "#" * (SIZE_LIMIT + 1))
    write(tmp_path / ".a.yaml.swp.yaml", WRONG)  # an editor's
    write(tmp_path / "notes.txt", WRONG)
    (tmp_path / "folder.yaml").mkdir()
    folder = PolicyFolder(tmp_path)
    folder.refresh()
    assert list(folder.good) == ["a"]
    assert {fault.file for fault in folder.faults} == {
        "Two Words.yaml",
        "a.yml",
        "big.yaml",
        "folder.yaml",
    }


def test_a_folder_that_is_gone_takes_nothing_with_it(tmp_path: Path) -> None:
    inside = tmp_path / "policies"
    inside.mkdir()
    write(inside / "a.yaml", GOOD)
    folder = PolicyFolder(inside)
    folder.refresh()
    inside.rename(tmp_path / "away")
    assert folder.refresh()
    assert list(folder.good) == ["a"]
    assert "cannot be read" in folder.faults[0].error.detail
    assert not folder.refresh()  # told once
    (tmp_path / "away").rename(inside)
    assert folder.refresh()
    assert folder.faults == ()


def test_the_setting_must_name_a_folder(tmp_path: Path) -> None:
    assert check_folder(str(tmp_path)) == tmp_path
    with pytest.raises(InvalidInput, match="MINGJIAN_POLICIES"):
        check_folder(str(tmp_path / "none"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicy, match="cannot be read"):
        read_file(tmp_path / "a.yaml")
