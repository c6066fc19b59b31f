"""`mingjian keys`: a key is printed once, listed without its secret, revoked for good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from mingjian.cli import app
from mingjian.commands.keys import read_expiry
from models.errors import InvalidInput
from service.key.repository import Key, KeyRepository
from service.key.secret import read_secret
from service.store.database import Database

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `mingjian keys …` on a database of its own."""
    monkeypatch.setenv("MINGJIAN_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/k.db")
    root = logging.getLogger()
    kept = root.handlers[:], root.level

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["keys", *arguments])

    yield call
    root.handlers[:], root.level = kept
    structlog.reset_defaults()


def stored(tmp_path: Path) -> list[Key]:
    async def read() -> list[Key]:
        database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/k.db")
        try:
            return await KeyRepository(database).all(datetime.now(UTC).date())
        finally:
            await database.close()

    return asyncio.run(read())


def test_a_key_is_made_and_printed_alone(run: Run, tmp_path: Path) -> None:
    result = run(
        "create", "论坛后台", "--scope", "review", "--per-minute", "60", "--per-day", "900",
        "--store", "none", "--expires", "30d",
    )  # fmt: skip
    assert result.exit_code == 0
    secret = read_secret(result.stdout.strip())
    assert secret
    assert "not shown again" in result.stderr
    (key,) = stored(tmp_path)
    assert secret.matches(key.secret_hash)
    assert (key.name, key.scope, key.per_minute, key.per_day, key.store) == (
        "论坛后台",
        "review",
        60,
        900,
        "none",
    )
    assert key.expires_at
    assert abs(key.expires_at - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=5)


def test_keys_are_listed_without_their_secrets(run: Run) -> None:
    secret = read_secret(run("create", "one", "--per-day", "5000").stdout.strip())
    assert secret
    result = run("list")
    for shown in (secret.id, "one", "score", "5,000", "never", "in use"):
        assert shown in result.stdout
    assert secret.secret not in result.output


def test_an_empty_list_says_what_to_do(run: Run) -> None:
    assert "mingjian keys create" in run("list").stderr


@pytest.mark.parametrize("whole", [False, True])
def test_a_key_is_revoked(run: Run, tmp_path: Path, whole: bool) -> None:
    secret = read_secret(run("create", "one").stdout.strip())
    assert secret
    assert run("revoke", secret.text if whole else secret.id.lower()).exit_code == 0
    assert stored(tmp_path)[0].revoked_at is not None
    assert "revoked" in run("list").stdout
    again = run("revoke", secret.id)
    assert isinstance(again.exception, InvalidInput)
    assert "mingjian keys list" in again.exception.detail


def test_a_faulty_scope_or_quota_makes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("create", "one", "--scope", "root").exit_code == 2
    assert run("create", "one", "--per-day", "0").exit_code == 2
    assert isinstance(run("create", "one", "--expires", "soon").exception, InvalidInput)
    assert isinstance(run("create", "one", "--expires", "2020-01-01").exception, InvalidInput)
    assert stored(tmp_path) == []


def test_the_last_day_counts_whole() -> None:
    assert read_expiry("2099-06-30") == datetime(2099, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "d", "1.5d", "2026-02-30", "9999-12-31", "20990630", "-3d"])
def test_what_is_no_expiry(text: str) -> None:
    with pytest.raises(InvalidInput, match="90d"):
        read_expiry(text)
