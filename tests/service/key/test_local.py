"""Only a caller on this machine, under its own name and for its own sake, passes without a key."""

from __future__ import annotations

import pytest
from fastapi import Request

from service.key.errors import ForeignSite, KeyMissing
from service.key.local import check_local, is_loopback, keys_demanded, read_names
from service.settings import Settings

HERE = {"host": "127.0.0.1:8000"}


def request(
    headers: dict[str, str], client: tuple[str, int] | None = ("127.0.0.1", 5), method: str = "POST"
) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "headers": raw, "client": client})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.2", "::ffff:10.0.0.1", "no.such.host.invalid"]
)
def test_beyond_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "require", "demanded"),
    [("127.0.0.1", False, False), ("127.0.0.1", True, True), ("0.0.0.0", False, True)],
)
def test_when_keys_are_demanded(host: str, require: bool, demanded: bool) -> None:
    assert keys_demanded(Settings(host=host, require_keys=require)) is demanded


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "api.localhost", "desk:80"]
)
def test_names_of_this_machine_pass(host: str) -> None:
    check_local(request({"host": host}), read_names("desk, other"), "score")


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]", "localhost@x"],
)
def test_other_names_are_refused(host: str) -> None:
    with pytest.raises(ForeignSite, match="MINGJIAN_ALLOWED_HOSTS"):
        check_local(request({"host": host}), frozenset(), "score")


@pytest.mark.parametrize(
    "peer", [("10.0.0.9", 1), ("8.8.8.8", 1), ("fe80::1%eth0", 1), ("::ffff:10.0.0.1", 1)]
)
def test_a_peer_from_elsewhere_needs_a_key(peer: tuple[str, int]) -> None:
    with pytest.raises(KeyMissing):
        check_local(request(HERE, peer), frozenset(), "score")


@pytest.mark.parametrize("peer", [("127.0.0.1", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), None])
def test_a_peer_on_this_machine_passes(peer: tuple[str, int] | None) -> None:
    check_local(request(HERE, peer), frozenset(), "score")


@pytest.mark.parametrize("mark", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_the_mark_of_a_proxy_takes_trust_away(mark: str) -> None:
    with pytest.raises(KeyMissing, match=mark.lower()):
        check_local(request({**HERE, mark: "127.0.0.1"}), frozenset(), "score")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "chrome-extension://abcdef"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_pages_of_other_sites_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ForeignSite):
        check_local(request({**HERE, **headers}), frozenset(), "score")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://[::1]:3000"},
        {"origin": "https://desk"},
        {"sec-fetch-site": "same-origin"},
    ],
)
def test_pages_of_this_machine_pass(headers: dict[str, str]) -> None:
    check_local(request({**HERE, **headers}), read_names("desk"), "score")


def test_a_link_that_a_person_follows_passes() -> None:
    headers = {**HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    check_local(request(headers, method="GET"), frozenset(), "score")
