"""`mingjian keys …`: make, list and revoke API keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer
from rich.table import Table

from mingjian.commands.tables import console

if TYPE_CHECKING:
    from service.key.repository import Key, KeyRepository

T = TypeVar("T")
Scope = Literal["score", "review", "admin"]
StoreRule = Literal["text", "fingerprint", "none"]

app = typer.Typer(
    name="keys",
    help="Make, list and revoke API keys (docs/keys.md), in the database that "
    "MINGJIAN_DATABASE_URL names.\n\n生成、查看、吊销密钥。",
    no_args_is_help=True,
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who will use the key, such as forum-backend.")],
    scope: Annotated[
        Scope, typer.Option(help="What it may do; each scope holds those before it.")
    ] = "score",
    store: Annotated[
        StoreRule, typer.Option(help="The most that is kept of the posts it sends.")
    ] = "text",
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Posts a minute; without it no quota.")
    ] = None,
    per_day: Annotated[
        int | None, typer.Option(min=1, help="Posts a day (UTC); without it no quota.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Last day (2027-06-30, UTC) or days from now (90d)."),
    ] = None,
) -> None:
    """Make a key and print it, once: only its hash is stored.

    生成一个密钥。密钥只显示这一次，请立即保存。
    """
    from service.key.service import create_key

    expires_at = None if expires is None else read_expiry(expires)
    secret = _with_keys(
        lambda keys: create_key(
            keys,
            name,
            scope=scope,
            store=store,
            per_minute=per_minute,
            per_day=per_day,
            expires_at=expires_at,
        )
    )
    # The key alone goes to the output, so that a script can take it.
    typer.echo(secret.text)
    typer.echo(
        f"Key {secret.id} for {name!r}, scope {scope}. Keep it now, it is not shown again.\n"
        "Send it with every request: Authorization: Bearer KEY",
        err=True,
    )


@app.command("list")
def list_() -> None:
    """List the keys, without their secrets.

    列出所有密钥（不含密文）。
    """
    keys = _with_keys(lambda keys: keys.all(datetime.now(UTC).date()))
    if not keys:
        typer.echo("There is no key yet; `mingjian keys create NAME` makes one.", err=True)
        return
    table = Table(
        "id", "name", "scope", "store", "a minute", "a day", "today", "made", "last used", "state"
    )
    for key in keys:
        table.add_row(
            key.id,
            key.name,
            key.scope,
            key.store,
            _quota(key.per_minute),
            _quota(key.per_day),
            f"{key.posts_today:,}",
            f"{key.created_at:%Y-%m-%d}",
            "never" if key.last_used_on is None else f"{key.last_used_on:%Y-%m-%d}",
            _state(key, datetime.now(UTC)),
        )
    console().print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the key, see `list`.")],
) -> None:
    """Revoke a key for good; running services refuse it within seconds.

    吊销密钥，几秒内生效，不可恢复。
    """
    from models.errors import InvalidInput
    from service.key.secret import read_secret

    # Whoever has only the whole key may paste that.
    whole = read_secret(key_id)
    wanted = whole.id if whole else key_id.upper()
    if not _with_keys(lambda keys: keys.revoke(wanted, datetime.now(UTC))):
        raise InvalidInput(
            "No usable key has this id; `mingjian keys list` shows the ids and what was revoked."
        )
    typer.echo(f"Key {wanted} is revoked.", err=True)


def read_expiry(text: str) -> datetime:
    """Return the moment after the last day that `text` names, or so many days from now.

    Raises InvalidInput for what is neither.
    """
    from models.errors import InvalidInput

    days = re.fullmatch(r"([0-9]{1,5})d", text)
    if days:
        return datetime.now(UTC) + timedelta(days=int(days[1]))
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"--expires {text}: write the last day, as 2027-06-30, or days from now, as 90d."
        ) from None


def _with_keys(work: Callable[[KeyRepository], Awaitable[T]]) -> T:
    return asyncio.run(_open(work))


async def _open(work: Callable[[KeyRepository], Awaitable[T]]) -> T:
    from service.key.repository import KeyRepository
    from service.logs import configure_logs
    from service.settings import load_settings
    from service.store.database import Database

    # To standard error, so that the output holds the key and nothing else.
    configure_logs("warning")
    database = await Database.open(load_settings().database_url)
    try:
        return await work(KeyRepository(database))
    finally:
        await database.close()


def _quota(posts: int | None) -> str:
    return "any" if posts is None else f"{posts:,}"


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if not key.usable(now):
        return f"expired {key.expires_at:%Y-%m-%d}"
    return f"until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else "in use"
