"""A kept answer tells nothing to who does not have the request, and cannot be altered."""

from __future__ import annotations

import os

import pytest

from service.idempotency.sealing import Seal, SealBroken

REQUEST = "POST /score\n这条帖子不该留下".encode()
ANSWER = '{"reasons":[{"text":"这条帖子"}]}'.encode()
SEAL = Seal(b"secret")


@pytest.mark.parametrize("answer", [b"", b"x", ANSWER, os.urandom(70_000), bytes(100_000)])
def test_an_answer_comes_back_whole(answer: bytes) -> None:
    nonce = os.urandom(16)
    assert SEAL.unseal(nonce, REQUEST, SEAL.seal(nonce, REQUEST, answer)) == answer


def test_what_is_kept_is_not_the_answer() -> None:
    nonce = os.urandom(16)
    sealed = SEAL.seal(nonce, REQUEST, ANSWER)
    assert "这条".encode() not in sealed
    assert sealed != SEAL.seal(os.urandom(16), REQUEST, ANSWER)


@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_what_was_altered_is_refused(place: int) -> None:
    nonce = os.urandom(16)
    sealed = bytearray(SEAL.seal(nonce, REQUEST, ANSWER))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        SEAL.unseal(nonce, REQUEST, bytes(sealed))


def test_another_request_secret_nonce_or_status_opens_nothing() -> None:
    nonce = os.urandom(16)
    sealed = SEAL.seal(nonce, REQUEST, ANSWER, b"200")
    assert SEAL.unseal(nonce, REQUEST, sealed, b"200") == ANSWER
    for seal, salt, request, about in (
        (SEAL, nonce, REQUEST + b" ", b"200"),
        (Seal(b"other"), nonce, REQUEST, b"200"),
        (SEAL, os.urandom(16), REQUEST, b"200"),
        (SEAL, nonce, REQUEST, b"201"),
        (SEAL, nonce, REQUEST, b""),
    ):
        with pytest.raises(SealBroken):
            seal.unseal(salt, request, sealed, about)


def test_a_request_is_told_from_others_and_differs_by_nonce_and_secret() -> None:
    one, two = os.urandom(16), os.urandom(16)
    told = SEAL.hash_request(one, REQUEST)
    assert told == SEAL.hash_request(one, REQUEST)
    assert told != SEAL.hash_request(one, REQUEST + b"x")
    assert told != SEAL.hash_request(two, REQUEST)
    assert told != Seal(b"other").hash_request(one, REQUEST)
