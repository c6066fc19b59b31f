"""The one database of a service: opened with its schema up to date, read and written by domains."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import URL, Connection, Engine, exc
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from models.errors import InvalidInput
from service.store.address import HINT, read_address, shown, sqlite_file
from service.store.engines import PATIENCE_S, make_direct, make_engines
from service.store.errors import StoreError
from service.store.migrate import migrate

LOCKED, OPENING_S, RETRY_S = "database is locked", 5.0, 0.05
# Faults of a statement, which are the caller's to answer for; all others are the database's.
STATEMENT_FAULTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)


class Database:
    """Gives connections: `read()` for looking, `write()` for one transaction.

    Both raise StoreError when the database cannot be used, and let IntegrityError through. On
    SQLite there is one writing connection: a `write()` inside a `write()` of the same task waits
    for itself until it fails, so hand the connection on instead.
    """

    def __init__(self, address: URL) -> None:
        self.address = address
        self.file = sqlite_file(address)
        self._reader, self._writer = make_engines(address)
        self._direct = None if self.file is None else make_direct(address)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        # SQLite lets one write at a time; who waits here need not ask again and again.
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open a database, make its folder (SQLite) and bring its schema up to date.

        Raises InvalidInput for an address that cannot be used and StoreError for a database that
        cannot be reached, written or read, or that a newer Mingjian has made.
        """
        address = read_address(url)
        _make_folder(address)
        database = cls(address)
        try:
            with _opening(address):
                await _patiently(lambda: migrate(database._reader, database._writer))
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to look with; what it changes is not kept."""
        with _working():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in one transaction: committed when left, rolled back on an error."""
        with _working():
            async with self._taking_turns(), self._writer.begin() as connection:
                yield connection

    async def transact(self, work: Callable[[Connection], None]) -> None:
        """Do `work` with a plain connection, in one transaction: `write` for what is done often.

        On SQLite it runs in a thread of its own, so it must not touch what others may change.
        """
        with _working():
            if self._direct is None:
                async with self._writer.begin() as connection:
                    await connection.run_sync(work)
                return
            async with self._taking_turns():
                await asyncio.get_running_loop().run_in_executor(
                    self._thread, _in_transaction, self._direct, work
                )

    async def scrub(self) -> None:
        """Let nothing that was deleted stay readable in files of SQLite: empties its journal.

        What a reader still holds is emptied by the next call. PostgreSQL does as its VACUUM does.
        """
        if self.file is None:
            return
        with _working():
            async with self._writer.connect() as connection:
                # Outside of any transaction, which the driver's own connection has not begun.
                raw = await connection.get_raw_connection()
                assert raw.driver_connection is not None
                cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                await cursor.close()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(engine.dispose() for engine in {self._reader, self._writer}))
        if self._direct is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._direct.dispose)
        self._thread.shutdown()

    @asynccontextmanager
    async def _taking_turns(self) -> AsyncIterator[None]:
        if self._direct is None:
            yield
            return
        await asyncio.wait_for(self._turn.acquire(), PATIENCE_S)
        try:
            yield
        finally:
            self._turn.release()


def _in_transaction(engine: Engine, work: Callable[[Connection], None]) -> None:
    with engine.begin() as connection:
        work(connection)


async def _patiently(work: Callable[[], Awaitable[None]]) -> None:
    """Try again for a while: SQLite does not wait where another process turns a new file to WAL."""
    clock = asyncio.get_running_loop().time
    end = clock() + OPENING_S
    while True:
        try:
            return await work()
        except OperationalError as error:
            if LOCKED not in str(error.orig) or clock() > end:
                raise
        await asyncio.sleep(RETRY_S)


def _make_folder(address: URL) -> None:
    file = sqlite_file(address)
    if file is None:
        return
    if file.is_dir():
        raise InvalidInput(f"{file} is a folder, not the file of a database. {HINT}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {file.parent} cannot be made: {error.strerror}. {HINT}"
        ) from None


@contextmanager
def _opening(address: URL) -> Iterator[None]:
    """Say which database could not be opened, and why in the driver's words."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_refusal(address, error.orig or error)) from error
    except _failures() as error:
        raise StoreError(_refusal(address, error)) from error


def _refusal(address: URL, error: BaseException) -> str:
    # Drivers of SQLAlchemy put the class of the error before what it says.
    said = str(error).rpartition("'>: ")[2] or type(error).__name__
    return f"The database {shown(address)} cannot be opened: {said}. {HINT}"


@contextmanager
def _working() -> Iterator[None]:
    try:
        yield
    except STATEMENT_FAULTS:
        raise
    except _failures() as error:
        raise StoreError(
            "The database did not answer, so nothing was stored. Try again in a moment; if it "
            "lasts, look at the log of the service and at the database itself."
        ) from error


def _failures() -> tuple[type[BaseException], ...]:
    """What says that a database cannot be used; asyncpg raises its own before it is connected."""
    general = (DBAPIError, exc.TimeoutError, OSError)
    asyncpg = sys.modules.get("asyncpg")
    if asyncpg is None:
        return general
    return (*general, asyncpg.PostgresError, asyncpg.InterfaceError)
