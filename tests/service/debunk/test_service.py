from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from data.debunks import ShippedDebunk
from models.scorer import Scorer
from service.debunk.embedding import Embedder, text_hash
from service.debunk.errors import UnknownDebunk
from service.debunk.repository import DebunkRepository
from service.debunk.service import DebunkService
from service.debunk.tables import debunk_scans
from service.debunk.vectors import VectorStore
from service.store.database import Database
from tests.service.debunk.made import CLAIM, OTHER, debunk, read, vectors

pytestmark = pytest.mark.anyio
SHIPPED = (
    ShippedDebunk(id="oven", claim=OTHER, verdict="false", summary="没有电离辐射。"),
    ShippedDebunk(id="atm", claim="倒着输密码取款机会报警", verdict="false"),
)


@pytest.fixture
async def service(database: Database, tiny_scorer: Scorer) -> AsyncIterator[DebunkService]:
    service = await DebunkService.open(database, tiny_scorer, shipped=SHIPPED, poll_s=0.05)
    yield service
    await service.close()


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("did not happen in time")


def found(service: DebunkService, text: str) -> list[str]:
    return [match.id for match in service.library.find(read(text), None)]


async def test_shipped_entries_answer_at_once(service: DebunkService) -> None:
    assert found(service, OTHER) == ["oven"]
    assert service.find("oven").shipped


async def test_a_new_entry_answers_the_next_post_by_words_and_meaning(
    service: DebunkService,
) -> None:
    assert found(service, CLAIM) == []
    before = service.library.version
    entry = await service.add(debunk())
    assert found(service, CLAIM) == [entry.id]
    assert service.library.version != before
    assert service.library.snapshot.items[entry.id].vectors is not None


async def test_a_change_takes_effect(service: DebunkService) -> None:
    entry = await service.add(debunk())
    changed = await service.change(entry.id, debunk("螃蟹和石榴一起吃会掉头发"))
    assert changed.revision != entry.revision
    assert changed.created_at == entry.created_at
    assert found(service, CLAIM) == []
    assert found(service, "螃蟹和石榴一起吃会掉头发") == [entry.id]
    same = await service.change(entry.id, changed.content)
    assert same.revision == changed.revision


async def test_a_removed_entry_is_gone(service: DebunkService) -> None:
    entry = await service.add(debunk())
    await service.remove(entry.id)
    assert found(service, CLAIM) == []
    for call in (service.remove(entry.id), service.change(entry.id, debunk())):
        with pytest.raises(UnknownDebunk):
            await call


async def test_a_shipped_entry_can_be_changed_and_removed(
    service: DebunkService, database: Database, tiny_scorer: Scorer
) -> None:
    await service.change("oven", debunk("烤箱烤出来的东西都有毒"))
    assert service.find("oven").shipped
    assert found(service, OTHER) == []
    await service.remove("atm")
    again = await DebunkService.open(database, tiny_scorer, shipped=SHIPPED)
    assert found(again, "烤箱烤出来的东西都有毒") == ["oven"]
    assert set(again.library.snapshot.entries) == {"oven"}
    assert again.library.version == service.library.version
    await again.close()


async def test_another_process_sees_changes_within_seconds(
    service: DebunkService, database: Database, tiny_scorer: Scorer
) -> None:
    other = await DebunkService.open(database, tiny_scorer, shipped=SHIPPED, poll_s=0.05)
    entry = await service.add(debunk())
    await until(lambda: found(other, CLAIM) == [entry.id])
    await service.remove(entry.id)
    await until(lambda: found(other, CLAIM) == [])
    await other.close()


async def test_embeddings_are_kept_by_release_and_text(
    service: DebunkService, database: Database, tiny_scorer: Scorer
) -> None:
    await until(lambda: service.library.snapshot.items["oven"].vectors is not None)
    embedder = Embedder(tiny_scorer)
    kept = await DebunkRepository(database).vectors(embedder.fingerprint, [text_hash(OTHER)])
    np.testing.assert_allclose(kept[text_hash(OTHER)], embedder.embed([OTHER])[0], atol=2e-3)
    assert await DebunkRepository(database).vectors("another", [text_hash(OTHER)]) == {}


async def test_the_library_is_calibrated_in_the_background(service: DebunkService) -> None:
    await until(lambda: service.library.ranking.spread != 1.0)
    # A random model finds nothing.
    assert service.library.ranking.words == 1.0


async def test_a_search_goes_by_words_and_meaning(service: DebunkService) -> None:
    matches = await service.search("微波炉加热的东西致癌", 5)
    assert matches[0].id == "oven"


async def test_embeddings_of_releases_long_gone_are_removed(database: Database) -> None:
    repository = DebunkRepository(database)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    await repository.keep_vectors("old", {"a": vectors([1, 0])}, now - timedelta(days=40))
    await repository.keep_vectors("old", {"b": vectors([1, 0])}, now)
    await repository.keep_vectors("served", {"a": vectors([0, 1])}, now - timedelta(days=40))
    assert await repository.prune_vectors("served", now - timedelta(days=30)) == 1
    assert set(await repository.vectors("old", ["a", "b"])) == {"b"}
    assert set(await repository.vectors("served", ["a", "b"])) == {"a"}


async def test_vectors_are_computed_once(database: Database, tiny_scorer: Scorer) -> None:
    class Counting(Embedder):
        texts = 0

        def embed(self, texts):  # type: ignore[no-untyped-def]
            Counting.texts += len(texts)
            return super().embed(texts)

    repository = DebunkRepository(database)
    store = VectorStore(repository, Counting(tiny_scorer), lambda: datetime.now(UTC))
    wanted = [CLAIM, OTHER, CLAIM]
    first = await store.of_texts(wanted)
    assert Counting.texts == 2
    second = await store.of_texts(wanted)
    assert Counting.texts == 2
    np.testing.assert_allclose(first[CLAIM], second[CLAIM], atol=2e-3)


async def test_writers_at_once_lose_nothing(database: Database) -> None:
    repository = DebunkRepository(database)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    await asyncio.gather(
        *(repository.put({f"e{n}": debunk(f"{CLAIM}{n}")}, now) for n in range(12))
    )
    assert len(await repository.revisions()) == 12
    async with database.read() as connection:
        scans = (await connection.execute(select(debunk_scans.c.state))).all()
    assert [row.state for row in scans] == ["waiting"] * 12


async def test_a_shipped_file_that_cannot_be_read_stops_the_start(
    database: Database, tiny_scorer: Scorer, tmp_path: Path
) -> None:
    from data.debunks import read_shipped
    from models.errors import InvalidInput

    (tmp_path / "x.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"x\.jsonl:1"):
        await DebunkService.open(database, tiny_scorer, shipped=read_shipped(tmp_path))
