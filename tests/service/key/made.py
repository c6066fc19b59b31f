"""Keys made for tests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from service.key.repository import KeyRepository
from service.key.secret import Secret
from service.key.service import create_key
from service.store.database import Database


def make_key(url: str, name: str, **options: Any) -> Secret:
    """Make a key in the database of an address, as another process would."""

    async def make() -> Secret:
        database = await Database.open(url)
        try:
            return await create_key(KeyRepository(database), name, **options)
        finally:
            await database.close()

    return asyncio.run(make())


def revoke_key(url: str, key_id: str) -> None:
    async def revoke() -> None:
        database = await Database.open(url)
        try:
            assert await KeyRepository(database).revoke(key_id, datetime.now(UTC))
        finally:
            await database.close()

    asyncio.run(revoke())


def bearer(secret: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.text}"}
