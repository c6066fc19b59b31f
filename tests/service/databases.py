"""Databases for tests: a SQLite file and a real PostgreSQL, fresh for each test.

`database_url` is the address of an empty database; `database` has it opened, with its schema.
Both make a test run twice, once a kind. A test that takes `database` is `async def` and marked
`pytest.mark.anyio`, because connections belong to the event loop they were made in; a test that
brings a loop of its own (`asyncio.run`, a TestClient) takes `database_url`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from service.store.database import Database

KINDS = ("sqlite", "postgresql")
NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[NewDatabase]:
    """Make an empty database on a PostgreSQL server that ends with the session."""
    with warnings.catch_warnings():
        # Where no XDG_RUNTIME_DIR is set, its library says so.
        warnings.simplefilter("ignore")
        import pgserver

    # Not below pytest's folders: the server runs as another user when pytest is root, and the
    # path of its socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    # Nothing here outlives the session, so no disk has to be waited for.
    _tell(folder, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def new() -> str:
        name = f"t{uuid4().hex}"
        _tell(folder, f'CREATE DATABASE "{name}"')
        return f"postgresql+asyncpg://postgres@/{name}?host={folder}"

    yield new
    # At once, without tidying up what is thrown away.
    os.kill(server.get_pid(), signal.SIGQUIT)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _tell(socket: Path, *statements: str) -> None:
    import asyncpg

    async def tell() -> None:
        connection = await asyncpg.connect(host=str(socket), user="postgres", database="postgres")
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(tell())


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/own.db"
    new: NewDatabase = request.getfixturevalue("postgresql")
    return new()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """An open database of either kind, its schema up to date."""
    assert anyio_backend == "asyncio"
    database = await Database.open(database_url)
    yield database
    await database.close()
