"""A release that was changed in any way is refused, by name and with a remedy."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from models.errors import ReleaseError
from models.jsonfile import read_object, write_json
from models.layout import Layout
from models.manifest import verify_manifest, write_manifest
from models.release import Release


def test_an_untouched_release_is_verified(tiny_release: Path) -> None:
    manifest = verify_manifest(tiny_release)
    assert manifest.name == "mingjian-tiny-test"
    assert set(manifest.files) == {path.name for path in Layout(tiny_release).content}
    assert len(manifest.fingerprint) == 64


def test_writing_again_gives_the_same_fingerprint(release_copy: Path) -> None:
    before = verify_manifest(release_copy).fingerprint
    assert write_manifest(release_copy, "other-name")["fingerprint"] == before
    assert verify_manifest(release_copy).name == "other-name"


@pytest.mark.parametrize("path", Layout(Path()).content, ids=str)
def test_a_changed_byte_is_refused(release_copy: Path, path: Path) -> None:
    target = release_copy / path
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    with pytest.raises(ReleaseError, match=f"{path.name} differs from MANIFEST"):
        Release.load(release_copy)


@pytest.mark.parametrize("path", Layout(Path()).content, ids=str)
def test_a_missing_file_is_refused(release_copy: Path, path: Path) -> None:
    (release_copy / path).unlink()
    with pytest.raises(ReleaseError, match=rf"{path.name} .*missing"):
        Release.load(release_copy)
    with pytest.raises(ReleaseError, match=rf"{path.name} .*missing"):
        write_manifest(release_copy, "incomplete")


@pytest.mark.parametrize("name", ["notes.txt", "curves/rumour.png", ".hidden"])
def test_an_extra_file_is_refused(release_copy: Path, name: str) -> None:
    extra = release_copy / name
    extra.parent.mkdir(exist_ok=True)
    extra.write_text("not listed", encoding="utf-8")
    with pytest.raises(ReleaseError, match="is not listed in MANIFEST"):
        verify_manifest(release_copy)


@pytest.mark.parametrize("name", ["head.pkl", "pytorch_model.bin", "optimiser.pt", "innocent.json"])
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_pickle_is_refused(release_copy: Path, name: str, protocol: int) -> None:
    (release_copy / name).write_bytes(pickle.dumps({"weights": [1.0]}, protocol=protocol))
    with pytest.raises(ReleaseError, match=f"{name} may be a pickle"):
        verify_manifest(release_copy)
    with pytest.raises(ReleaseError, match=f"{name} may be a pickle"):
        write_manifest(release_copy, "with-pickle")


def test_a_listed_pickle_is_refused_too(release_copy: Path) -> None:
    manifest = Layout(release_copy).manifest
    (release_copy / "head.pkl").write_bytes(pickle.dumps([1]))
    content = read_object(manifest)
    content["files"]["head.pkl"] = "0" * 64
    write_json(manifest, content)
    with pytest.raises(ReleaseError, match=r"head\.pkl may be a pickle"):
        verify_manifest(release_copy)


def test_a_falsified_fingerprint_is_refused(release_copy: Path) -> None:
    manifest = Layout(release_copy).manifest
    write_json(manifest, {**read_object(manifest), "fingerprint": "0" * 64})
    with pytest.raises(ReleaseError, match="fingerprint does not follow"):
        verify_manifest(release_copy)


def test_a_listed_file_cannot_lie_outside(release_copy: Path) -> None:
    manifest = Layout(release_copy).manifest
    (release_copy.parent / "outside.txt").write_text("x", encoding="utf-8")
    content = read_object(manifest)
    content["files"]["../outside.txt"] = "0" * 64
    write_json(manifest, content)
    with pytest.raises(ReleaseError, match=r"outside\.txt is listed .* and missing"):
        verify_manifest(release_copy)


def test_a_manifest_of_another_format_is_refused(release_copy: Path) -> None:
    manifest = Layout(release_copy).manifest
    write_json(manifest, {**read_object(manifest), "format_version": 2})
    with pytest.raises(ReleaseError, match="format version 2 is unknown"):
        verify_manifest(release_copy)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"format_version": 1, "files": 3}'])
def test_a_broken_manifest_is_refused(release_copy: Path, content: str) -> None:
    Layout(release_copy).manifest.write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"MANIFEST\.json"):
        verify_manifest(release_copy)


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="holds no MANIFEST"):
        Release.load(tmp_path)
    with pytest.raises(ReleaseError, match="is not a folder"):
        write_manifest(tmp_path / "nowhere", "nothing")


def test_an_int8_graph_is_listed_like_every_file(int8_release: Path) -> None:
    listed = verify_manifest(int8_release).files
    assert {path.name for path in Layout(int8_release).int8_files} <= set(listed)


@pytest.mark.parametrize("missing", range(3))
def test_an_int8_graph_is_whole_or_absent(int8_release: Path, tmp_path: Path, missing: int) -> None:
    folder = Path(shutil.copytree(int8_release, tmp_path / "release"))
    Layout(folder).int8_files[missing].unlink()
    with pytest.raises(ReleaseError, match="all of them or none"):
        write_manifest(folder, "torn")
