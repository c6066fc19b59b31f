"""The migrations: they make what the tables say, and can be undone."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import service
from service.store.database import Database
from service.store.migrate import MIGRATIONS, VERSION_TABLE, revisions
from service.store.schema import metadata

for tables in sorted(Path(service.__file__).parent.glob("*/tables.py")):
    importlib.import_module(f"service.{tables.parent.name}.tables")


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_files_are_one_chain_and_the_last_is_the_head() -> None:
    chain = [script.revision for script in scripts().walk_revisions()]
    assert chain[::-1] == revisions()


@pytest.mark.anyio
async def test_migrations_make_what_the_tables_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.anyio
async def test_migrations_can_be_undone(database: Database) -> None:
    def undo(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        with Operations.context(context):
            for script in scripts().walk_revisions():
                script.module.downgrade()
        return inspect(connection).get_table_names()

    async with database.write() as connection:
        assert await connection.run_sync(undo) == [VERSION_TABLE]
