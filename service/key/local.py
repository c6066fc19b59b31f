"""Who counts as a caller on this machine, and when the service may be open at all.

Whether a service is open is decided by the address it listens on, never by what a request says of
itself. Of a request, everything only takes trust away: a peer from elsewhere, the mark of a proxy,
a strange Host (DNS rebinding), a page of another site in the user's browser (cross-site requests).
"""

from __future__ import annotations

import socket
from functools import cache, lru_cache
from ipaddress import IPv6Address, ip_address

from fastapi import Request
from starlette.datastructures import Headers

from service.key.errors import ForeignSite, KeyMissing
from service.settings import Settings

LOCALHOST = "localhost"
PROXY_MARKS = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
HOW = (
    "Send the header `Authorization: Bearer KEY`. Whoever runs the service makes a key with "
    "`mingjian keys create NAME --scope {scope}`."
)


def keys_demanded(settings: Settings) -> bool:
    """Tell whether every caller needs a key."""
    return settings.require_keys or not is_loopback(settings.host)


@cache
def is_loopback(host: str) -> bool:
    """Tell whether an address or every address behind a name is of this machine alone."""
    try:
        return _is_loopback_address(host)
    except ValueError:
        pass
    if host.lower() == LOCALHOST:
        return True
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return all(_is_loopback_address(str(address[4][0])) for address in found)


@cache
def read_names(setting: str) -> frozenset[str]:
    """Return the names that MINGJIAN_ALLOWED_HOSTS lists, separated by commas."""
    return frozenset(name for part in setting.split(",") if (name := part.strip().lower()))


def check_local(request: Request, names: frozenset[str], scope: str) -> None:
    """Let a request without a key pass to an open service.

    Raises KeyMissing when it comes from elsewhere, and ForeignSite when a browser sends it under
    another name than this machine's or `names`, or for a page of another site.
    """
    headers = request.headers
    mark = next((name for name in PROXY_MARKS if name in headers), None)
    if mark is not None:
        raise KeyMissing(
            f"The request came through a proxy (header {mark}), so nothing says that its caller "
            f"is on this machine. {HOW.format(scope=scope)}"
        )
    if not _is_local_peer(request):
        raise KeyMissing(f"Only callers on this machine need no key. {HOW.format(scope=scope)}")
    if not _is_ours(_hostname(headers.get("host", "")), names):
        raise ForeignSite(
            "Without a key, the service answers only to localhost and 127.0.0.1. Call it so, list "
            "the name you use in MINGJIAN_ALLOWED_HOSTS, or send a key."
        )
    if _from_another_site(headers, names) and not _follows_link(request):
        raise ForeignSite(
            "A web page of another site sent this request. Pages may call the service only from "
            "this machine's own names, those in MINGJIAN_ALLOWED_HOSTS, or with a key."
        )


@lru_cache(maxsize=1024)
def _is_loopback_address(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _is_local_peer(request: Request) -> bool:
    try:
        return request.client is None or _is_loopback_address(request.client.host)
    except ValueError:
        # No address at all: a Unix socket, or a caller within the process.
        return True


def _is_ours(name: str, names: frozenset[str]) -> bool:
    if name in names or name == LOCALHOST or name.endswith(f".{LOCALHOST}"):
        return True
    try:
        return _is_loopback_address(name)
    except ValueError:
        return False


def _hostname(authority: str) -> str:
    """Return the name in `name:port` or `[address]:port`, in lower case."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].rstrip(".").lower()


def _from_another_site(headers: Headers, names: frozenset[str]) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        return not _is_ours(_hostname(origin.partition("://")[2]), names)
    return headers.get("sec-fetch-site") == "cross-site"


def _follows_link(request: Request) -> bool:
    """A link that a person follows shows its answer to that person only."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
