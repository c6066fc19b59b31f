"""Nobody listens beyond loopback without a key, and the refusal says how to make one."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from service.key.listening import NoKeys, check_keys
from service.settings import Settings
from tests.service.conftest import new_database, wait_until
from tests.service.key.made import bearer, make_key, revoke_key
from tests.service.test_serve import answers, free_port, start

pytestmark = pytest.mark.anyio


async def test_on_loopback_no_database_is_asked(tmp_path: Path) -> None:
    await check_keys(Settings(host="127.0.0.1", database_url="nonsense"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"host": "0.0.0.0"}, "MINGJIAN_HOST=0.0.0.0"),
        ({"host": "::"}, "MINGJIAN_HOST=::"),
        ({"require_keys": True}, "MINGJIAN_REQUIRE_KEYS"),
    ],
)
async def test_without_a_key_the_remedy_is_told(
    tmp_path: Path, options: dict[str, object], why: str
) -> None:
    settings = Settings(database_url=new_database(tmp_path), **options)  # type: ignore[arg-type]
    with pytest.raises(NoKeys) as caught:
        await check_keys(settings)
    assert why in caught.value.detail
    assert "mingjian keys create NAME --scope score" in caught.value.detail
    assert "there is no API key" in caught.value.detail


def test_revoked_keys_do_not_count(tmp_path: Path) -> None:
    import asyncio

    url = new_database(tmp_path)
    key = make_key(url, "one")
    settings = Settings(host="0.0.0.0", database_url=url)
    asyncio.run(check_keys(settings))
    revoke_key(url, key.id)
    with pytest.raises(NoKeys, match="expired or revoked"):
        asyncio.run(check_keys(settings))


def test_the_process_refuses_without_a_key_and_starts_with_one(
    tiny_release: Path, tmp_path: Path
) -> None:
    url, port = new_database(tmp_path), free_port()
    options = {
        "HOST": "0.0.0.0",
        "PORT": str(port),
        "RELEASE": str(tiny_release),
        "PRECISION": "f32",
        "THREADS": "1",
        "DATABASE_URL": url,
    }
    process = start(**options)
    _, log = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "mingjian keys create NAME --scope score" in log
    assert "Traceback" not in log
    key = make_key(url, "one")
    process = start(**options)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: process.poll() is not None or answers(address))
        body = {"text": "今天下雨，出门记得带伞。"}
        # A peer on this machine is no exception, nor is what a header says of it.
        forged = {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}
        for headers in ({}, forged):
            assert httpx2.post(f"{address}/score", json=body, headers=headers).status_code == 401
        assert httpx2.post(f"{address}/score", json=body, headers=bearer(key)).status_code == 200
    finally:
        process.terminate()
        log = process.communicate(timeout=300)[1]
    assert key.secret not in log
    assert process.returncode == 0
    assert key.id in {json.loads(line).get("key") for line in log.splitlines()}
