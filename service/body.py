"""Reading a request body: bounded while it arrives, then parsed as JSON."""

from __future__ import annotations

import asyncio
import json

import orjson
from fastapi import Request

from service.errors import ClientGone, NotJson, TooLarge, TooSlow

BODY_LIMIT = 1 << 20
# A caller that is still sending would see a broken connection instead of the 413, so a bounded
# rest is read and thrown away first.
DRAIN_LIMIT = 8 << 20
# Whoever sends more slowly would hold a connection and its bytes for as long as they like.
BODY_S = 30.0


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """Return the body, at most `limit` bytes.

    Raises TooLarge as soon as the announced or received length is over the limit, without keeping
    the rest, TooSlow when it is not complete after BODY_S, and ClientGone when the caller closes
    the connection.
    """
    try:
        async with asyncio.timeout(BODY_S):
            return await _read(request, limit)
    except TimeoutError:
        raise TooSlow(
            f"The body was not complete after {BODY_S:g} seconds. Send it faster, or fewer posts "
            "at a time."
        ) from None


async def _read(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "")
    too_large = announced.isdecimal() and int(announced) > limit
    received = 0
    chunks: list[bytes] = []
    more = not (too_large and int(announced) > DRAIN_LIMIT)
    while more and received <= DRAIN_LIMIT:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone("The connection was closed before the body was complete.")
        chunk = message.get("body", b"")
        received += len(chunk)
        too_large = too_large or received > limit
        if too_large:
            chunks.clear()
        else:
            chunks.append(chunk)
        more = message.get("more_body", False)
    if too_large:
        raise TooLarge(
            f"The body is over the limit of {limit:,} bytes (1 MiB). Divide the posts among "
            "several requests of at most 256 items and 200,000 characters each, and write Chinese "
            "characters as UTF-8: as \\uXXXX each takes twice the room."
        )
    return b"".join(chunks)


def parse_json(body: bytes) -> object:
    """Return the value a UTF-8 JSON document holds; raises NotJson.

    Strings may hold lone surrogates (written as escapes): they are a fault of the field they stand
    in, not of the document.
    """
    document = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError as error:
        if "surrogate" in error.msg:
            return _parse_lenient(document)
        place = f"line {error.lineno} column {error.colno}"
        raise NotJson(
            f"The body is not JSON: {error.msg} at {place}. Send one JSON object in UTF-8, "
            "uncompressed."
        ) from None


def _parse_lenient(document: bytes) -> object:
    try:
        return json.loads(document.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise NotJson(
            "The body is not JSON in UTF-8. Send one JSON object in UTF-8, uncompressed."
        ) from None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
