from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest

from models.errors import InvalidInput
from service.event.addresses import Blocked, is_public, read_urls, resolve


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
    ],
)
def test_which_addresses_are_public(address: str, *, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:9/x",
        "http://[::1]/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "https://169.254.169.254/latest",
    ],
)
def test_private_addresses_are_blocked(url: str) -> None:
    with pytest.raises(Blocked, match="MINGJIAN_WEBHOOK_ALLOW_PRIVATE"):
        asyncio.run(resolve(url, allow_private=False))


def test_one_private_address_of_a_name_blocks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["93.184.216.34", "10.0.0.5"]

    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in answers]

    async def check() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo, raising=False)
        with pytest.raises(Blocked):
            await resolve("https://hooks.example/in", allow_private=False)
        answers.pop()
        target = await resolve("https://hooks.example/in?a=b", allow_private=False)
        assert target.url == "https://93.184.216.34:443/in?a=b"
        assert (target.host, target.name) == ("hooks.example", "hooks.example")

    asyncio.run(check())


def test_the_port_stays_in_the_name_that_is_asked_for() -> None:
    target = asyncio.run(resolve("http://localhost:8123", allow_private=True))
    assert target.host == "localhost:8123"
    assert target.url.endswith(":8123/")


def test_several_addresses_and_none() -> None:
    assert read_urls("https://a.cn/x, http://b.cn:81\nhttps://a.cn/x") == (
        "https://a.cn/x",
        "http://b.cn:81",
    )
    assert read_urls(None) == read_urls("") == ()


@pytest.mark.parametrize(
    "url",
    ["ftp://a.cn", "a.cn/x", "https://", "https://u:p@a.cn", "https://a.cn:99999", "http://[x"],
)
def test_an_address_that_cannot_be_called_stops_the_start(url: str) -> None:
    with pytest.raises(InvalidInput, match="MINGJIAN_WEBHOOK_URLS"):
        read_urls(url)
