"""Where the database is: from MINGJIAN_DATABASE_URL to an address that can be opened."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.errors import InvalidInput

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
DRIVERS = {
    "sqlite": SQLITE,
    SQLITE: SQLITE,
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
HINT = (
    "Set MINGJIAN_DATABASE_URL to sqlite+aiosqlite:///var/mingjian.db or to "
    "postgresql+asyncpg://user:password@host/database; docs/store.md says more."
)


def read_address(url: str) -> URL:
    """Return the address of a database; `sqlite:` and `postgresql:` get their drivers.

    Raises InvalidInput for what is no address, another kind of database, a SQLite database in
    memory, and PostgreSQL without its driver.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise InvalidInput(f"The address of the database cannot be read. {HINT}") from None
    driver = DRIVERS.get(address.drivername)
    if driver is None:
        raise InvalidInput(f"{address.drivername}: no database that can be used here. {HINT}")
    if driver == SQLITE and (address.database or ":memory:") == ":memory:":
        raise InvalidInput(f"A SQLite database needs a file, so that something is kept. {HINT}")
    if driver == POSTGRESQL and find_spec("asyncpg") is None:
        raise InvalidInput(
            "PostgreSQL needs its driver: pip install -c constraints.txt -e '.[postgres]'"
        )
    return address.set(drivername=driver)


def sqlite_file(address: URL) -> Path | None:
    """Return the file of a SQLite database, None for PostgreSQL."""
    return Path(address.database or "") if address.drivername == SQLITE else None


def shown(address: URL) -> str:
    """Return the address without its password."""
    return address.render_as_string(hide_password=True)
