"""The client counts what was answered, and tells what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from aiohttp import web

from benchmarks.harness.load import Seen, Shape, measure
from benchmarks.harness.workload import write_texts

Handler = Callable[[web.Request], Awaitable[web.Response]]


def seen_of(handler: Handler, folder: Path, connections: int = 3, per_request: int = 2) -> Seen:
    """What a client sees of a server that answers with `handler`."""

    async def run() -> Seen:
        app = web.Application()
        app.router.add_post("/score", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        posts = write_texts(["一", "二", "三"], folder / "posts.jsonl")
        shape = Shape(
            f"http://127.0.0.1:{port}/score",
            "mingjian",
            str(posts),
            connections,
            per_request,
            seconds=0.2,
        )
        try:
            return await measure(shape)
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_posts_are_counted_after_the_warm_up(tmp_path: Path) -> None:
    asked: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        items = orjson.loads(await request.read())["items"]
        asked.append(len(items))
        await asyncio.sleep(0.01)
        return web.json_response({"results": [{"status": 200} for _ in items]})

    seen = seen_of(answer, tmp_path)
    assert set(asked) == {2}
    assert seen.requests == len(asked) - 3 * 2
    assert seen.posts == 2 * seen.requests
    assert seen.errors == {}
    assert seen.rate > 0
    assert 0.01 <= seen.latency["p50"] <= seen.latency["p99"]


def test_refusals_are_errors_by_their_kind(tmp_path: Path) -> None:
    async def refuse(request: web.Request) -> web.Response:
        body = await request.read()
        if "二".encode() in body:
            return web.Response(status=429)
        return web.json_response({"results": [{"status": 422, "problem": {}}]})

    seen = seen_of(refuse, tmp_path, per_request=1)
    assert seen.posts == 0
    assert set(seen.errors) == {"429", "item refused"}
    assert seen.latency == {}
