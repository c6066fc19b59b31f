"""The text of a key: high entropy, one form, and nothing of it stored but a hash."""

from __future__ import annotations

import hashlib

import pytest

from service.key.secret import Secret, new_secret, read_secret


def test_a_new_key_reads_back() -> None:
    made = new_secret()
    assert made.text == f"mj_{made.id}_{made.secret}"
    assert read_secret(made.text) == made
    assert made.hash == hashlib.sha256(made.secret.encode()).digest()


def test_secrets_differ_and_hold_32_bytes() -> None:
    secrets = {new_secret().secret for _ in range(200)}
    assert len(secrets) == 200
    assert {len(secret) for secret in secrets} == {43}


def test_only_the_same_secret_matches() -> None:
    made, other = new_secret(), new_secret()
    assert made.matches(made.hash)
    assert not made.matches(other.hash)
    assert not made.matches(None)


def test_no_secret_matches_the_stand_in_for_unknown_keys() -> None:
    """An unknown key is compared with zeros; a hash of zeros must not let anyone in."""
    assert not new_secret().matches(None)
    assert not new_secret().matches(bytes(32))


@pytest.mark.parametrize("change", [str.lower, str.strip, lambda t: t + "=", lambda t: t[:-1]])
def test_what_is_nearly_a_key_is_none(change: object) -> None:
    text = new_secret().text
    changed = change(text)  # type: ignore[operator]
    assert (read_secret(changed) is None) == (changed != text)


@pytest.mark.parametrize(
    "text", ["", "mj_", "mj__", "mj_1_2", "密钥", "mj_" + "0" * 26 + "_\n", "x" * 99]
)
def test_what_is_no_key(text: str) -> None:
    assert read_secret(text) is None


def test_a_secret_is_not_shown_by_accident() -> None:
    made = new_secret()
    assert made.secret not in repr(made)
    assert made.secret not in f"{made}"
    assert isinstance(made, Secret)
