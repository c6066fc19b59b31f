"""Before the service listens: a service that demands keys needs one that somebody can use."""

from __future__ import annotations

from datetime import UTC, datetime

from models.errors import MingjianError
from service.key.local import is_loopback, keys_demanded
from service.key.repository import KeyRepository
from service.settings import Settings
from service.store.database import Database

CREATE = "mingjian keys create NAME --scope score"


class NoKeys(MingjianError):
    """Callers need keys, and no key can be used."""

    status = 503
    code = "no_keys"
    title = "There is no API key"


async def check_keys(settings: Settings) -> None:
    """Raise NoKeys, with the remedy, when callers need keys and no key can be used.

    Raises InvalidInput or StoreError when the database cannot be opened.
    """
    if not keys_demanded(settings):
        return
    database = await Database.open(settings.database_url)
    try:
        now = datetime.now(UTC)
        keys = await KeyRepository(database).all(now.date())
    finally:
        await database.close()
    if any(key.usable(now) for key in keys):
        return
    found = "every API key is expired or revoked" if keys else "there is no API key"
    if is_loopback(settings.host):
        why = "MINGJIAN_REQUIRE_KEYS demands keys"
        otherwise = "or unset MINGJIAN_REQUIRE_KEYS"
    else:
        why = f"MINGJIAN_HOST={settings.host} lets other machines call this service"
        otherwise = "or listen on this machine only, with MINGJIAN_HOST=127.0.0.1"
    raise NoKeys(
        f"{why}, and {found}. Make one with `{CREATE}` (in a clone: .venv/bin/{CREATE}), with the "
        f"same MINGJIAN_DATABASE_URL as the service, then start it again; {otherwise}. "
        "docs/keys.md says more."
    )
