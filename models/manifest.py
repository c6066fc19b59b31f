"""The manifest of a release: every file with its SHA-256, so that nothing can change unseen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.errors import ReleaseError
from models.jsonfile import read_object, write_json
from models.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

FORMAT_VERSION = 1
_PICKLE_SUFFIXES = {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".dill", ".npy", ".npz"}
# A pickle opens with PROTO (0x80) and the protocol's number.
_PICKLE_STARTS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))


@dataclass(frozen=True, slots=True)
class Manifest:
    """A verified manifest: `files` maps relative names to SHA-256 in hexadecimal."""

    name: str
    format_version: int
    fingerprint: str
    files: dict[str, str]


def write_manifest(folder: Path, name: str) -> dict[str, Any]:
    """Hash every file of a finished release folder, write MANIFEST.json and return its content.

    Raises ReleaseError when a file of the layout is missing or a pickle lies in the folder.
    """
    layout = Layout(folder)
    present = _files_in(folder)
    _require_layout(layout, present)
    for relative in present:
        _refuse_pickle(layout, relative)
    files = {relative: _sha256(folder / relative) for relative in sorted(present)}
    content = {
        "format_version": FORMAT_VERSION,
        "name": name,
        "fingerprint": _fingerprint(files),
        "files": files,
    }
    write_json(layout.manifest, content)
    return content


def verify_manifest(folder: Path) -> Manifest:
    """Check every file of a release against its manifest and return it.

    Raises ReleaseError naming the first file that is missing, changed, not listed or a pickle.
    """
    layout = Layout(folder)
    if not layout.manifest.is_file():
        raise ReleaseError(
            f"{folder} holds no {layout.manifest.name}; name a complete release folder, "
            "or finish this one with `mingjian train`"
        )
    manifest = _parse(layout.manifest)
    present = _files_in(folder)
    _require_layout(layout, set(manifest.files))
    for relative in sorted(present - set(manifest.files)):
        _refuse_pickle(layout, relative)
        raise ReleaseError(
            f"{folder / relative} is not listed in {layout.manifest.name}; remove it from the "
            "release, or keep it outside the folder"
        )
    for relative, expected in manifest.files.items():
        _verify_file(layout, relative, expected, present)
    if _fingerprint(manifest.files) != manifest.fingerprint:
        raise ReleaseError(
            f"{layout.manifest}: the fingerprint does not follow from the listed files; "
            "fetch the release again"
        )
    return manifest


def _parse(path: Path) -> Manifest:
    content = read_object(path)
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        raise ReleaseError(
            f"{path}: format version {version!r} is unknown here (this version reads "
            f"{FORMAT_VERSION}); update mingjian or export the release again"
        )
    name, fingerprint, files = (content.get(key) for key in ("name", "fingerprint", "files"))
    if not (
        isinstance(name, str)
        and isinstance(fingerprint, str)
        and isinstance(files, dict)
        and all(isinstance(value, str) for value in files.values())
    ):
        raise ReleaseError(f"{path} lacks name, fingerprint or files; fetch the release again")
    return Manifest(name=name, format_version=version, fingerprint=fingerprint, files=files)


def _verify_file(layout: Layout, relative: str, expected: str, present: set[str]) -> None:
    if relative not in present:
        raise ReleaseError(
            f"{layout.folder / relative} is listed in {layout.manifest.name} and missing; "
            "fetch the release again"
        )
    _refuse_pickle(layout, relative)
    if _sha256(layout.folder / relative) != expected:
        raise ReleaseError(
            f"{layout.folder / relative} differs from {layout.manifest.name} (SHA-256); "
            "fetch the release again, or export it again after a change"
        )


def _files_in(folder: Path) -> set[str]:
    """Return the relative names of every file of a folder, without its manifest."""
    if not folder.is_dir():
        raise ReleaseError(f"{folder} is not a folder; name a release folder")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return found - {Layout(folder).manifest.name}


def _require_layout(layout: Layout, files: set[str]) -> None:
    for path in layout.content:
        if path.name not in files:
            raise ReleaseError(
                f"{path} belongs to a release and is missing or not listed; export it again"
            )
    beside = [path for path in layout.int8_files if path.name in files]
    if beside and len(beside) < len(layout.int8_files):
        names = ", ".join(path.name for path in layout.int8_files)
        raise ReleaseError(
            f"{layout.folder} holds only {beside[0].name} of {names}; a release has all of them or "
            "none: export it again"
        )


def _refuse_pickle(layout: Layout, relative: str) -> None:
    """Refuse files that run code when loaded; raw weights may begin with any byte."""
    path = layout.folder / relative
    if path in (layout.weights, layout.graph_weights, layout.graph_int8_weights):
        return
    suspicious = path.suffix.lower() in _PICKLE_SUFFIXES or path.suffix.lower() == ".bin"
    if not suspicious:
        with path.open("rb") as file:
            suspicious = file.read(2) in _PICKLE_STARTS
    if suspicious:
        raise ReleaseError(
            f"{path} may be a pickle, which can run code when it is loaded; remove it and ship "
            "weights as safetensors"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(files: dict[str, str]) -> str:
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
