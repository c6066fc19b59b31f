"""Bringing the schema up to date when a database is opened."""

from __future__ import annotations

import logging
from pathlib import Path

import structlog
from sqlalchemy import Connection, column, inspect, select, table, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.errors import StoreError

log = structlog.get_logger("service.store")

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
# Any number, the same in every process: whoever holds it migrates, the others wait.
ADVISORY_LOCK = 7_046_029_254


def revisions() -> list[str]:
    """Return the revisions there are, oldest first: the numbers that the files begin with."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in files)


async def migrate(reader: AsyncEngine, writer: AsyncEngine) -> None:
    """Run the migrations that a database lacks, in one transaction.

    A database that lacks none is only asked for its version, without alembic. Raises StoreError
    for a version that is not known here.
    """
    async with reader.connect() as connection:
        if await connection.run_sync(_check) == revisions()[-1]:
            return
    async with writer.begin() as connection:
        await connection.run_sync(_upgrade)


def _check(connection: Connection) -> str | None:
    """Return the version of a database, None for a new one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    if version is not None and version not in revisions():
        raise StoreError(
            f"The database has version {version}, which a newer Mingjian has made; this one knows "
            f"versions up to {revisions()[-1]}. Run the newer one, or name another database in "
            "MINGJIAN_DATABASE_URL."
        )
    return None if version is None else str(version)


def _upgrade(connection: Connection) -> None:
    # Slow to import and of no use to a database that is up to date.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:number)")
        connection.execute(lock, {"number": ADVISORY_LOCK})
    before = _check(connection)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("schema brought up to date", before=before, after=revisions()[-1])
