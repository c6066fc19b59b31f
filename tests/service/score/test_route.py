"""POST /score is called without FastAPI's detour, and is the same to its callers."""

from __future__ import annotations

import pytest

from service.idempotency.service import KEY_HEADER
from tests.service.conftest import Post


def test_a_request_without_a_key_is_called_at_once(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def refuse(**options: object) -> object:
        asked.append(options)
        raise AssertionError("FastAPI was asked for the parameters")

    with monkeypatch.context() as patched:
        patched.setattr("fastapi.routing.solve_dependencies", refuse)
        assert post({"text": "明天上午停水。"}).status_code == 200
        assert post({"text": ""}).status_code == 422
        assert post({"text": "明天"}, headers={"Via": "1.1 proxy"}).status_code == 401
    assert not asked


def test_a_request_with_a_key_is_read_by_fastapi(post: Post) -> None:
    first = post({"text": "明天上午停水。"}, headers={KEY_HEADER: "direct-route"})
    again = post({"text": "明天上午停水。"}, headers={KEY_HEADER: "direct-route"})
    assert first.status_code == 200
    assert again.json() == first.json()
    assert post({"text": "明天"}, headers={KEY_HEADER: "x" * 129}).status_code == 422
