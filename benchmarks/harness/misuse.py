"""Clients that misbehave: slow bodies, huge bodies, idle connections, callers that hang up."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

HEAD = "POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
BLOCK = 64 << 10

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an over-long body was met: the status, and how many bytes were sent before it."""

    status: int
    sent: int
    seconds: float


async def connect(port: int) -> Connection:
    """Open one connection to the service."""
    return await asyncio.open_connection("127.0.0.1", port)


async def announce(port: int, length: int) -> Refusal:
    """Announce a body of `length` bytes, send none of it, and return how that is met."""
    began = time.perf_counter()
    reader, writer = await connect(port)
    writer.write(f"{HEAD}Content-Length: {length}\r\n\r\n".encode())
    await writer.drain()
    status = await read_status(reader)
    await close(writer)
    return Refusal(status, 0, time.perf_counter() - began)


async def endless(port: int, most: int) -> Refusal:
    """Send a body without an announced end, until it is refused or `most` bytes were sent."""
    began = time.perf_counter()
    reader, writer = await connect(port)
    writer.write(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
    answer = asyncio.create_task(read_status(reader))
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < most and not answer.done():
            writer.write(f"{BLOCK:x}\r\n".encode() + b" " * BLOCK + b"\r\n")
            await writer.drain()
            sent += BLOCK
            await asyncio.sleep(0)
    try:
        status = await asyncio.wait_for(answer, 10)
    except TimeoutError:
        status = 0
    await close(writer)
    return Refusal(status, sent, time.perf_counter() - began)


@asynccontextmanager
async def slow_bodies(port: int, count: int, every_s: float = 0.5) -> AsyncIterator[list[int]]:
    """Keep `count` requests open whose bodies come a byte at a time; yields how many are open."""
    opened = await many(port, count)
    body = orjson.dumps({"text": "字" * 400})
    for _, writer in opened:
        writer.write(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode())

    async def drip() -> None:
        for place in range(len(body) - 1):
            for _, writer in opened:
                if not writer.is_closing():
                    writer.write(body[place : place + 1])
            await asyncio.sleep(every_s)

    task = asyncio.create_task(drip())
    try:
        yield [len(opened)]
    finally:
        task.cancel()
        await close_all(opened)


@asynccontextmanager
async def idle(port: int, count: int) -> AsyncIterator[int]:
    """Keep `count` connections open that say nothing; yields how many could be opened."""
    opened = await many(port, count)
    try:
        yield len(opened)
    finally:
        await close_all(opened)


async def hang_up(port: int, count: int, posts: list[str]) -> int:
    """Send `count` requests and close each connection before its answer; return how many."""
    opened = await many(port, count)
    body = orjson.dumps({"items": [{"text": text} for text in posts]})
    for _, writer in opened:
        writer.write(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await asyncio.sleep(0.3)
    await close_all(opened)
    return len(opened)


async def many(port: int, count: int) -> list[Connection]:
    """Open up to `count` connections, a hundred at a time."""
    opened: list[Connection] = []
    while len(opened) < count:
        wave = (connect(port) for _ in range(min(100, count - len(opened))))
        found = await asyncio.gather(*wave, return_exceptions=True)
        opened += [one for one in found if not isinstance(one, BaseException)]
        if any(isinstance(one, BaseException) for one in found):
            break
    return opened


async def read_status(reader: asyncio.StreamReader) -> int:
    """Return the status of an answer; 0 where the connection was closed without one."""
    try:
        line = await reader.readline()
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a connection, whatever state it is in."""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def close_all(opened: list[Connection]) -> None:
    """Close connections."""
    await asyncio.gather(*(close(writer) for _, writer in opened))


def room_for(wanted: int, spare: int = 500) -> int:
    """Raise this process's limit of open files; return how many connections it allows, at most.

    Servers started afterwards have the same limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < min(hard, wanted + spare):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted + spare), hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(0, min(wanted, soft - spare))
