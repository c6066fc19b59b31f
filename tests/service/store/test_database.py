"""The store: opened, migrated, read and written alike on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, make_url, select, text
from sqlalchemy.exc import IntegrityError

from models.errors import InvalidInput
from service.store.database import Database
from service.store.errors import StoreError
from service.store.migrate import revisions
from service.store.schema import Json, Plain, Utc
from tests.service.databases import NewDatabase

pytestmark = pytest.mark.anyio

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Utc),
    Column("value", Json),
    Column("name", Plain),
)


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.write() as connection:
        await connection.run_sync(things.create)
    return database


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(things)) or 0)


async def test_what_was_written_is_read(filled: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    row = {"id": 1, "at": datetime(2026, 11, 22, 9, tzinfo=beijing), "value": {"文": ["\0", None]}}
    async with filled.write() as connection:
        await connection.execute(insert(things), [{**row, "name": "a\0b"}])
    async with filled.read() as connection:
        found = (await connection.execute(select(things))).one()
        same = select(things.c.id).where(things.c.name == "a\0b")
        assert (await connection.scalars(same)).all() == [1]
    assert found.at == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert found.at.utcoffset() == timedelta(0)
    assert found.value == {"文": ["\0", None]}
    assert found.name == "a\u2400b"


async def test_a_time_without_offset_is_refused(filled: Database) -> None:
    with pytest.raises(Exception, match="offset"):
        async with filled.write() as connection:
            await connection.execute(insert(things), [{"id": 1, "at": datetime(2026, 1, 1)}])  # noqa: DTZ001


async def test_an_error_undoes_the_whole_transaction(filled: Database) -> None:
    async def add_twice() -> None:
        async with filled.write() as connection:
            await connection.execute(insert(things), [{"id": 1}])
            await connection.execute(insert(things), [{"id": 1}])

    with pytest.raises(IntegrityError):
        await add_twice()
    assert await count(filled) == 0


async def test_errors_do_not_quote_what_was_stored(filled: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with filled.write() as connection:
            await connection.execute(insert(things), [{"id": 1, "name": "某人的话"}] * 2)
    assert "某人的话" not in str(caught.value)


async def test_writers_at_once_wait_for_each_other(filled: Database) -> None:
    async def add(number: int) -> None:
        async with filled.write() as connection:
            await connection.execute(insert(things), [{"id": number}])

    await asyncio.gather(*(add(number) for number in range(60)))
    assert await count(filled) == 60


async def test_readers_do_not_wait_for_a_writer(filled: Database) -> None:
    async with filled.write() as connection:
        await connection.execute(insert(things), [{"id": 1}])
        async with asyncio.timeout(5):
            assert await count(filled) == 0
    assert await count(filled) == 1


async def test_a_cancelled_writer_leaves_nothing_and_no_lock(filled: Database) -> None:
    began = asyncio.Event()

    async def linger() -> None:
        async with filled.write() as connection:
            await connection.execute(insert(things), [{"id": 1}])
            began.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(linger())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10), filled.write() as connection:
        await connection.execute(insert(things), [{"id": 2}])
    assert await count(filled) == 1


async def test_several_processes_may_open_a_new_database_at_once(database_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(database_url) for _ in range(4)))
    async with opened[0].read() as connection:
        version = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert version == revisions()[-1]
    for database in opened:
        await database.close()


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    database = await Database.open(database_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreError, match="9999, which a newer Mingjian has made"):
        await Database.open(database_url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://host/name", "mysql"),
        ("sqlite+aiosqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////tmp", "is a folder"),
    ],
)
async def test_addresses_that_cannot_be_used(url: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        await Database.open(url)
    assert "MINGJIAN_DATABASE_URL" in caught.value.detail


async def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    await (await Database.open(f"sqlite:///{tmp_path}/a/b/c.db")).close()
    assert (tmp_path / "a" / "b" / "c.db").is_file()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database at all " * 100)
    with pytest.raises(StoreError, match=r"x\.db cannot be opened: file is not a database"):
        await Database.open(f"sqlite:///{tmp_path}/x.db")


async def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        await Database.open("postgresql://user:secret@127.0.0.1:9/none")
    assert "secret" not in caught.value.detail
    assert "127.0.0.1:9" in caught.value.detail
    with pytest.raises(StoreError, match="cannot be opened"):
        await Database.open(f"postgresql://user@/none?host={tmp_path}")


async def test_a_connection_that_breaks_is_told_and_replaced(postgresql: NewDatabase) -> None:
    database = await Database.open(await asyncio.to_thread(postgresql))
    me = text("SELECT pg_backend_pid()")

    async def break_off() -> None:
        async with database.write() as connection:
            number = await connection.scalar(me)
            async with database.read() as other:
                await other.execute(text(f"SELECT pg_terminate_backend({number})"))
            await connection.execute(me)

    with pytest.raises(StoreError, match="nothing was stored"):
        await break_off()
    async with database.read() as connection:
        assert await connection.scalar(me)
    await database.close()


@pytest.fixture
def absent(postgresql: NewDatabase) -> str:
    """An address on a server that answers, of a database that it has not."""
    made = make_url(postgresql())
    return made.set(database="absent").render_as_string(hide_password=False)


async def test_a_database_that_does_not_exist_there(absent: str) -> None:
    with pytest.raises(StoreError, match='database "absent" does not exist'):
        await Database.open(absent)
