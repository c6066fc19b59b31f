"""A kept answer tells nothing to who does not have the request."""

from __future__ import annotations

import os

import pytest

from service.idempotency.sealing import hash_request, seal, unseal

REQUEST = "POST /score\n这条帖子不该留下".encode()
ANSWER = '{"reasons":[{"text":"这条帖子"}]}'.encode()


@pytest.mark.parametrize("answer", [b"", b"x", ANSWER, os.urandom(70_000), bytes(100_000)])
def test_an_answer_comes_back_whole(answer: bytes) -> None:
    nonce = os.urandom(16)
    assert unseal(nonce, REQUEST, seal(nonce, REQUEST, answer)) == answer


def test_what_is_kept_is_not_the_answer() -> None:
    nonce = os.urandom(16)
    sealed = seal(nonce, REQUEST, ANSWER)
    assert "这条".encode() not in sealed
    assert sealed != seal(os.urandom(16), REQUEST, ANSWER)
    with pytest.raises(Exception, match="decompress"):
        unseal(nonce, REQUEST + b" ", sealed)


def test_a_request_is_told_from_others_and_differs_by_nonce() -> None:
    one, two = os.urandom(16), os.urandom(16)
    assert hash_request(one, REQUEST) == hash_request(one, REQUEST)
    assert hash_request(one, REQUEST) != hash_request(one, REQUEST + b"x")
    assert hash_request(one, REQUEST) != hash_request(two, REQUEST)
