"""What a rush brings back is held against what is promised; limits of open files are respected."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.harness import misuse
from benchmarks.overload import beside_finding, judge


def rushed(**changes: object) -> dict:
    return {
        "goodput": 95.0,
        "offered": 400.0,
        "latency": {"p99": 3.0},
        "statuses": {"200": 10, "429": 30},
        "advised": {"429": 30},
    } | changes


def test_a_rush_that_is_withstood_keeps_every_promise() -> None:
    assert all(one.kept for one in judge(rushed(), 100.0, 1, 5.0))


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"goodput": 80.0}, 0),
        ({"latency": {"p99": 6.0}}, 1),
        ({"advised": {"429": 29}}, 2),
        ({"statuses": {"200": 10, "429": 30, "500": 1}}, 2),
        ({"statuses": {"200": 10, "429": 30, "ServerDisconnectedError": 1}}, 2),
    ],
)
def test_each_promise_can_be_broken(changes: dict, broken: int) -> None:
    kept = [one.kept for one in judge(rushed(**changes), 100.0, 1, 5.0)]
    assert kept == [place != broken for place in range(3)]


def test_bystanders_may_neither_fail_nor_wait() -> None:
    alone = {"latency": {"p50": 0.1}, "errors": {}}
    assert beside_finding("", alone, {"latency": {"p50": 0.15}, "errors": {}}).kept
    assert not beside_finding("", alone, {"latency": {"p50": 0.25}, "errors": {}}).kept
    assert not beside_finding("", alone, {"latency": {"p50": 0.1}, "errors": {"500": 1}}).kept


def test_misbehaving_clients_reach_a_server() -> None:
    heads: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 413 Too Large\r\n\r\n")
        await writer.drain()
        await reader.read(1 << 20)
        writer.close()

    async def run() -> tuple[misuse.Refusal, misuse.Refusal, int]:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            announced = await misuse.announce(port, 1 << 30)
            endless = await misuse.endless(port, 8 << 20)
            async with misuse.idle(port, 5) as opened:
                return announced, endless, opened

    announced, endless, opened = asyncio.run(run())
    assert (announced.status, announced.sent) == (413, 0)
    assert endless.status == 413
    assert endless.sent < 8 << 20
    assert opened == 5
    assert b"Content-Length: 1073741824" in heads[0]
    assert b"Transfer-Encoding: chunked" in heads[1]
