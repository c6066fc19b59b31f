"""Where webhooks may go: never into private networks, unless the operator allows it.

A name is resolved once, every address it has is checked, and the connection goes to the address
that was checked: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from models.errors import InvalidInput

Address = IPv4Address | IPv6Address
# Its last 32 bits are an IPv4 address that a gateway calls (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}


class Blocked(Exception):
    """The address may not be called; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: `url` names the checked address, `host` is what to ask it for."""

    url: str
    host: str
    name: str


def read_urls(setting: str | None) -> tuple[str, ...]:
    """Return the addresses of MINGJIAN_WEBHOOK_URLS, divided by commas or white space.

    Raises InvalidInput for one that cannot be called.
    """
    urls = tuple(dict.fromkeys((setting or "").replace(",", " ").split()))
    for url in urls:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.username is not None or parts.fragment:
            raise InvalidInput(
                "MINGJIAN_WEBHOOK_URLS holds an address that cannot be called; each must begin "
                "with https:// or http://, name a host, and hold no password and no #"
            )
    return urls


async def resolve(url: str, *, allow_private: bool) -> Target:
    """Resolve and check an address; raises Blocked, and OSError when the name is not known."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise Blocked(
                f"{name} is in a private network; set MINGJIAN_WEBHOOK_ALLOW_PRIVATE=true to allow"
            )
    return _target(parts, name, addresses[0], port)


def is_public(address: Address) -> bool:
    """Tell whether an address, and any that it carries inside, belongs to the public internet."""
    if isinstance(address, IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not is_public(one) for one in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _target(parts: SplitResult, name: str, address: Address, port: int) -> Target:
    literal = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    query = f"?{parts.query}" if parts.query else ""
    shown = f"[{name}]" if ":" in name else name
    host = shown if port == PORTS[parts.scheme] else f"{shown}:{port}"
    return Target(f"{parts.scheme}://{literal}:{port}{parts.path or '/'}{query}", host, name)
