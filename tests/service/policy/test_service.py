"""Policies while the service runs: layers, changes of others, and edits that go wrong."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models.release import Release
from service.errors import UnknownPolicy
from service.policy.errors import InvalidPolicy, PolicyNotFound
from service.policy.reading import read_policy
from service.policy.repository import PolicyRepository
from service.policy.service import Policies
from service.store.database import Database
from service.store.errors import StoreError

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def release(tiny_release: Path) -> Release:
    return Release.load(tiny_release)


def store(mode: str) -> str:
    return f"store: {mode}\n"


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("did not happen in time")


async def test_the_store_hides_the_folder_which_hides_what_ships(
    release: Release, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    policies = await Policies.open(release, database, str(folder), poll_s=3600)
    try:
        assert policies.find("default").origin == "shipped"
        (folder / "default.yaml").write_text(store("none"))
        await policies.refresh()
        assert policies.find("default").origin == "folder"
        assert policies.resolve("default").store == "none"
        entry, created = await policies.put("default", read_policy(b"store: fingerprint"), "yaml")
        assert (created, entry.origin) == (True, "store")
        assert policies.resolve("default").store == "fingerprint"
        now = await policies.delete("default")
        assert now is not None
        assert (now.origin, policies.resolve("default").store) == ("folder", "none")
        versions = await policies.versions("default")
        assert {one.origin for one in versions} == {"shipped", "folder", "store"}
        (folder / "default.yaml").unlink()
        await policies.refresh()
        assert policies.resolve("default").store == "text"
    finally:
        await policies.close()


async def test_changes_of_another_process_are_seen(release: Release, database: Database) -> None:
    here = await Policies.open(release, database, poll_s=0.02)
    there = await Policies.open(release, database, poll_s=0.02)
    try:
        await there.put("mine", read_policy(b"store: none"), "yaml")
        await until(lambda: "mine" in here.snapshot.entries)
        await there.put("mine", read_policy(b"store: fingerprint"), "yaml")
        await until(lambda: here.resolve("mine").store == "fingerprint")
        await here.delete("mine")
        await until(lambda: "mine" not in there.snapshot.entries)
    finally:
        await here.close()
        await there.close()


async def test_a_bad_edit_is_told_and_changes_nothing(
    release: Release, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(store("none"))
    policies = await Policies.open(release, database, str(tmp_path), poll_s=0.02)
    try:
        version = policies.resolve("mine").version
        path.write_text("store: none\nlabels: {rumour: {threshold: soon}}\n")
        await until(lambda: bool(policies.snapshot.file_faults))
        (fault,) = policies.snapshot.file_faults
        assert "line 2" in fault.error.detail
        assert policies.resolve("mine").version == version
        path.write_text(store("fingerprint"))
        await until(lambda: policies.resolve("mine").store == "fingerprint")
        assert policies.snapshot.file_faults == ()
    finally:
        await policies.close()


async def test_a_wrong_policy_is_not_kept(release: Release, database: Database) -> None:
    policies = await Policies.open(release, database, poll_s=3600)
    try:
        draft = read_policy(b"labels: {rumour: {rule: R99}}")
        with pytest.raises(InvalidPolicy):
            await policies.put("mine", draft, "yaml")
        assert await PolicyRepository(database).current() == {}
        with pytest.raises(PolicyNotFound):
            await policies.versions("mine")
    finally:
        await policies.close()


async def test_what_a_newer_mingjian_has_kept_is_told(release: Release, database: Database) -> None:
    from dataclasses import replace

    from tests.service.policy.test_repository import FIRST

    newer = replace(FIRST, name="default", source="colour: blue\n")
    await PolicyRepository(database).put(newer)
    policies = await Policies.open(release, database, poll_s=3600)
    try:
        assert policies.find("default").origin == "shipped"
        (fault,) = policies.snapshot.file_faults
        assert "default (store" in fault.file
        assert "/colour" in fault.error.errors[0].pointer
    finally:
        await policies.close()


async def test_unknown_names_list_those_there_are(release: Release, database: Database) -> None:
    policies = await Policies.open(release, database, poll_s=3600)
    try:
        with pytest.raises(UnknownPolicy, match="comments-strict, default, group-chat"):
            policies.resolve("nope")
        with pytest.raises(PolicyNotFound, match="comments-strict"):
            policies.find("nope")
        with pytest.raises(PolicyNotFound, match="only the operator"):
            await policies.delete("default")
    finally:
        await policies.close()


async def test_a_change_that_could_not_be_taken_up_is_tried_again(
    release: Release, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(store("none"))
    policies = await Policies.open(release, database, str(tmp_path), poll_s=3600)
    try:

        async def fail(*_: object) -> None:
            raise StoreError("busy")

        with monkeypatch.context() as patch:
            patch.setattr(PolicyRepository, "remember", fail)
            path.write_text(store("fingerprint"))
            with pytest.raises(StoreError):
                await policies.refresh()
            assert policies.resolve("mine").store == "none"
        await policies.refresh()
        assert policies.resolve("mine").store == "fingerprint"
    finally:
        await policies.close()


def test_files_alone(release: Release, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(store("none"))
    policies = Policies.of_files(release, str(tmp_path))
    assert policies.resolve("mine").store == "none"
    assert policies.resolve("default").schedule is None


async def test_requests_go_on_while_the_folder_changes(
    release: Release, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(store("none"))
    policies = await Policies.open(release, database, str(tmp_path), poll_s=0.001)
    try:
        seen = set()
        for number in range(200):
            draft = tmp_path / "draft"
            draft.write_text(store(("none", "text", "maybe")[number % 3]))
            os.replace(draft, path)  # noqa: PTH105
            await asyncio.sleep(0.002)
            seen.add(policies.resolve("mine").store)
        assert seen == {"none", "text"}
    finally:
        await policies.close()
