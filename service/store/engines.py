"""The engines behind a Database: what SQLite and PostgreSQL each need to keep the same promises.

SQLite: WAL, so that readers never wait for the writer; one writing connection, whose transactions
begin IMMEDIATE, so that none fails half way; synchronous=FULL, so that a commit that has returned
survives the kill of the process and the loss of power (as far as the disk keeps its word).
PostgreSQL: its defaults (synchronous_commit=on) promise the same.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.store.address import SQLITE

READERS = 4
POSTGRESQL_CONNECTIONS = 10
# How long a transaction waits for a connection or for SQLite's write lock, in seconds.
PATIENCE_S = 15
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # What is deleted is overwritten: a person's text must not stay behind in the file.
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={PATIENCE_S * 1000}",
)

OPTIONS: dict[str, Any] = {
    # Messages of errors would quote posts otherwise.
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def make_engines(address: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that reads and the one that writes; PostgreSQL has one for both."""
    if address.drivername == SQLITE:
        return _sqlite(address, "BEGIN", READERS), _sqlite(address, "BEGIN IMMEDIATE", 1)
    engine = _engine(address, POSTGRESQL_CONNECTIONS, pool_pre_ping=True)
    return engine, engine


def make_direct(address: URL) -> Engine | None:
    """Return an engine of SQLite that writes without a detour through the event loop.

    A transaction then costs one change of threads and not one a statement. None for PostgreSQL.
    """
    if address.drivername != SQLITE:
        return None
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"), pool_size=1, max_overflow=0, **OPTIONS
    )
    _prepare(engine, "BEGIN IMMEDIATE")
    return engine


def _engine(address: URL, connections: int, **options: Any) -> AsyncEngine:
    return create_async_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE_S,
        **OPTIONS,
        **options,
    )


def _sqlite(address: URL, begin: str, connections: int) -> AsyncEngine:
    engine = _engine(address, connections)
    _prepare(engine.sync_engine, begin)
    return engine


def _prepare(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        # The driver begins no transactions of its own; ours begin below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)
