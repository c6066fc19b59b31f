"""The metadata that every domain's tables belong to, and types that read alike everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The one character that PostgreSQL cannot hold in a string, and the picture Unicode has of it.
NUL, NUL_PICTURE = "\0", "\u2400"


class Json(TypeDecorator[Any]):
    """A JSON value; None is NULL. Strings come back exactly, NUL characters included."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class Utc(TypeDecorator[datetime]):
    """A point in time: takes an aware datetime (ValueError otherwise), gives one in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; SQLite keeps no offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its offset before it is stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Plain(TypeDecorator[str]):
    """A string of a caller's making; NUL becomes U+2400, when stored and when searched for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what PostgreSQL cannot hold, on every database alike."""
        return None if value is None else value.replace(NUL, NUL_PICTURE)
