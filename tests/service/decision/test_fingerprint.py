"""Fingerprints need their key, and the key stays where it was made."""

from __future__ import annotations

import hashlib
import hmac
import threading
from pathlib import Path

import pytest

from models.errors import InvalidInput
from service.decision.fingerprint import FILE, Fingerprints

TEXT = "同一条帖子"


def test_a_fingerprint_is_a_keyed_hash() -> None:
    found = Fingerprints(b"key").of_text(TEXT)
    assert found == hmac.new(b"key", b"text\0" + TEXT.encode(), hashlib.sha256).hexdigest()
    assert found != Fingerprints(b"other").of_text(TEXT)
    assert found != Fingerprints(b"key").of_author(TEXT)


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    database = tmp_path / "var" / "mingjian.db"
    first = Fingerprints.open(None, database).of_text(TEXT)
    assert Fingerprints.open(None, database).of_text(TEXT) == first
    file = tmp_path / "var" / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [FILE]


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    found: list[str] = []

    def opened() -> None:
        found.append(Fingerprints.open(None, tmp_path / "x.db").of_text(TEXT))

    threads = [threading.Thread(target=opened) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_the_key_of_the_setting_comes_first(tmp_path: Path) -> None:
    fingerprints = Fingerprints.open("a secret of the setting", tmp_path / "x.db")
    assert fingerprints.of_text(TEXT) == Fingerprints(b"a secret of the setting").of_text(TEXT)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("content", ["", "zz", "ab12"])
def test_a_damaged_key_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(InvalidInput, match=r"fingerprint\.key"):
        Fingerprints.open(None, tmp_path / "x.db")


def test_without_a_database_file_the_key_lies_in_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Fingerprints.open(None, None)
    assert (tmp_path / "var" / FILE).is_file()
