"""The keys of a running service: a short-lived copy of the stored ones, and their meters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime

import structlog

from models.errors import InvalidInput
from service.decision.record import StoreMode
from service.key.caller import Caller, Scope, scopes_of
from service.key.errors import KeyInvalid
from service.key.meter import Meter
from service.key.repository import Key, KeyRepository
from service.key.secret import Secret, new_secret, read_secret
from service.store.errors import StoreError

log = structlog.get_logger("service.key")

# How long a revoked key may go on, and how long a new one may have to wait.
FRESH_S = 2.0
# How long the last copy serves while the database does not answer.
STALE_S = 60.0
WRITE_EVERY_S = 2.0
LONGEST_NAME = 100
MOST_POSTS = 1_000_000_000
UNKNOWN = (
    "The key in Authorization is not known here. Send it whole, as `Authorization: Bearer "
    "mj_ID_SECRET`, in one header; `mingjian keys list` shows the keys there are."
)


class Keys:
    """Finds the key behind a header and counts what it sends.

    All keys are held in memory, so an unknown id costs no look into the database, and known and
    unknown ids take the same time.
    """

    def __init__(self, repository: KeyRepository) -> None:
        self.repository = repository
        self._keys: Mapping[str, Key] = {}
        self._read_at = -STALE_S
        self._tried_at = -STALE_S
        # One reads or writes at a time, so that what is written is never counted twice.
        self._storing = asyncio.Lock()
        self._meters: dict[str, Meter] = {}
        self._writing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write down what keys use; needs a running event loop."""
        self._writing = asyncio.create_task(self._write(), name="write key usage")

    async def close(self) -> None:
        """Write down the rest."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self.write_usage()

    async def caller(self, text: str) -> Caller:
        """Return the caller who sent a key.

        Raises KeyInvalid for what is no key, an unknown, expired or revoked one, and StoreError
        when the keys have not been readable for a minute.
        """
        await self._refresh()
        secret = read_secret(text)
        if secret is None:
            raise KeyInvalid(UNKNOWN)
        key = self._keys.get(secret.id)
        if not secret.matches(key.secret_hash if key else None) or key is None:
            raise KeyInvalid(UNKNOWN)
        # Only who holds the secret is told more.
        if key.revoked_at is not None:
            raise KeyInvalid("This key was revoked. Ask whoever runs the service for a new one.")
        if not key.usable(datetime.now(UTC)):
            raise KeyInvalid(
                f"This key expired on {key.expires_at:%Y-%m-%d at %H:%M} UTC. Ask whoever runs "
                "the service for a new one."
            )
        return Caller(key.id, scopes_of(key.scope), key.store, self._meters[key.id])

    async def write_usage(self) -> None:
        """Add to the store what keys have sent since the last time."""
        async with self._storing:
            counted = [(key_id, meter.day) for key_id, meter in self._meters.items()]
            for moment in {day.day for _, day in counted if day.fresh}:
                posts = {key_id: day.fresh for key_id, day in counted if day.day == moment}
                await self._add({key_id: fresh for key_id, fresh in posts.items() if fresh}, moment)

    async def _add(self, posts: Mapping[str, int], moment: date) -> None:
        try:
            await self.repository.add_usage(moment, posts)
        except StoreError:
            log.exception("key usage not written", again_after_s=WRITE_EVERY_S)
            return
        for key_id, written in posts.items():
            self._meters[key_id].day.wrote(moment, written)

    async def _refresh(self) -> None:
        """Read the keys again when they are old; once for all who wait, also when it fails."""
        if time.monotonic() - self._tried_at >= FRESH_S:
            async with self._storing:
                if time.monotonic() - self._tried_at >= FRESH_S:
                    await self._read()
        if time.monotonic() - self._read_at > STALE_S:
            raise StoreError("The keys cannot be read at the moment. Try again in a few seconds.")

    async def _read(self) -> None:
        today = datetime.now(UTC).date()
        try:
            keys = await self.repository.all(today)
        except StoreError:
            log.exception("keys not read", last_read_s=time.monotonic() - self._read_at)
        else:
            self._take(keys, today)
            self._read_at = time.monotonic()
        self._tried_at = time.monotonic()

    def _take(self, keys: list[Key], today: date) -> None:
        self._keys = {key.id: key for key in keys}
        for key in keys:
            meter = self._meters.setdefault(key.id, Meter(key.per_minute, key.per_day))
            meter.day.read(today, key.posts_today)

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write_usage()


async def create_key(
    repository: KeyRepository,
    name: str,
    *,
    scope: Scope = "score",
    store: StoreMode = "text",
    per_minute: int | None = None,
    per_day: int | None = None,
    expires_at: datetime | None = None,
) -> Secret:
    """Make and store a key; its secret is in the result and nowhere else.

    Raises InvalidInput for a name that is empty, over 100 characters or of a key in use, a quota
    below 1 and an expiry that has passed.
    """
    now = datetime.now(UTC)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"A key needs a name of 1 to {LONGEST_NAME} printable characters.")
    if min(per_minute or 1, per_day or 1) < 1 or 0 in (per_minute, per_day):
        raise InvalidInput("A quota is 1 post or more; leave it out for no quota.")
    if max(per_minute or 1, per_day or 1) > MOST_POSTS:
        raise InvalidInput(f"A quota is at most {MOST_POSTS:,} posts; leave it out for no quota.")
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(f"{expires_at:%Y-%m-%d %H:%M} UTC has passed; name a later time.")
    for key in await repository.all(now.date()):
        if key.name == name and key.usable(now):
            raise InvalidInput(
                f"A key named {name!r} is in use. Take another name, or revoke it first with "
                f"`mingjian keys revoke {key.id}`."
            )
    secret = new_secret()
    await repository.add(
        Key(
            id=secret.id,
            name=name,
            secret_hash=secret.hash,
            scope=scope,
            store=store,
            per_minute=per_minute,
            per_day=per_day,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return secret
