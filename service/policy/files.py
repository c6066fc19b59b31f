"""Policies in files: those that ship with Mingjian, and a folder of the operator's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import data
from models.errors import InvalidInput
from service.policy.document import NAME
from service.policy.errors import InvalidPolicy
from service.policy.reading import SIZE_LIMIT, Draft, read_policy
from service.text import printable

SHIPPED = Path(data.__file__).parent / "policies"
SUFFIXES = (".yaml", ".yml")
_NAME = re.compile(NAME)
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that holds no usable policy; the last good version of it, if any, stays in force."""

    file: str
    error: InvalidPolicy


@dataclass(slots=True)
class PolicyFolder:
    """A folder of YAML files, one policy each, named by the file; read again where they change."""

    folder: Path
    good: dict[str, Draft] = field(default_factory=dict)
    faults: tuple[FileFault, ...] = ()
    _stamps: dict[Path, Stamp] = field(default_factory=dict)

    def refresh(self) -> bool:
        """Read what has changed since the last time; tell whether anything has.

        A file that cannot be used keeps its last good version; one that is gone takes its policy
        with it. A folder that cannot be read changes nothing and is told as a fault.
        """
        try:
            stamps = dict(self._look())
        except OSError as error:
            refusal = InvalidPolicy(f"cannot be read: {error.strerror}.")
            known = any(fault.error.detail == refusal.detail for fault in self.faults)
            self.faults, self._stamps = (FileFault(str(self.folder), refusal),), {}
            return not known
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        good: dict[str, Draft] = {}
        faults: list[FileFault] = []
        for path in stamps:
            try:
                if path.stem in good:
                    raise InvalidPolicy(f"another file is called {path.stem} as well.")
                good[path.stem] = read_file(path)
            except InvalidPolicy as error:
                faults.append(FileFault(path.name, error))
                if path.stem in self.good:
                    good.setdefault(path.stem, self.good[path.stem])
        self.good, self.faults = good, tuple(faults)
        return True

    def _look(self) -> Iterator[tuple[Path, Stamp]]:
        for path in sorted(self.folder.iterdir()):
            if path.suffix in SUFFIXES and not path.name.startswith("."):
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue  # Taken away between the two looks.
                yield path, (status.st_mtime_ns, status.st_size, status.st_ino)


def read_file(path: Path) -> Draft:
    """Read the policy of a file; raises InvalidPolicy that names each fault with its line."""
    if not _NAME.fullmatch(path.stem):
        raise InvalidPolicy(
            f"{printable(path.stem)} is no name for a policy; use a-z, 0-9, - and _ in lower case."
        )
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InvalidPolicy(f"cannot be read: {error.strerror}.") from None
    if len(content) > SIZE_LIMIT:
        raise InvalidPolicy(f"is larger than {SIZE_LIMIT:,} bytes; a policy is a page of text.")
    return read_policy(content)


def shipped_policies() -> dict[str, Draft]:
    """Return the policies that ship with Mingjian, by name."""
    return {path.stem: read_file(path) for path in sorted(SHIPPED.glob("*.yaml"))}


def check_folder(folder: str) -> Path:
    """Return the folder of the setting MINGJIAN_POLICIES; raises InvalidInput."""
    path = Path(folder)
    if not path.is_dir():
        raise InvalidInput(
            f"MINGJIAN_POLICIES={folder}: no such folder. Make it, or unset the variable; "
            "docs/policies.md says what belongs into it."
        )
    return path
