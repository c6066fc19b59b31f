"""The command and the service say the same of our own posts with the release that is shipped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.readers import read_examples
from mingjian.cli import app
from models.jsonfile import read_object
from models.labels import LOW_QUALITY, public_name
from service.app import create_app
from service.settings import Settings

pytestmark = pytest.mark.shipped
POSTS = Path(__file__).with_name("posts.jsonl")
AT_ONCE = 64
# What the contract allows between batches (docs/score.md).
SAME = 0.005


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    address = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('database')}/m.db"
    settings = Settings(database_url=address, allowed_hosts="testserver")
    with TestClient(create_app(settings)) as client:
        end = time.monotonic() + 120
        while client.get("/health/ready").status_code != 200:
            assert time.monotonic() < end, "not ready in time"
            time.sleep(0.05)
        yield client


def test_score_and_evaluate_agree(client: TestClient, tmp_path: Path) -> None:
    twin = tmp_path / "twin.json"
    outcome = CliRunner().invoke(app, ["evaluate", "--data", str(POSTS), "--json", str(twin)])
    assert outcome.exit_code == 0, outcome.output
    kept = read_object(twin)["scores"]
    posts = list(read_examples([POSTS]))
    assert kept["ids"] == [post.id for post in posts]
    for start in range(0, len(posts), AT_ONCE):
        items = [
            {"id": post.id, "text": post.text} | ({"title": post.title} if post.title else {})
            for post in posts[start : start + AT_ONCE]
        ]
        answer = client.post("/score", json={"items": items, "store": False}).json()
        for place, result in enumerate(answer["results"], start=start):
            said = {label["label"]: label["score"] for label in result["labels"]}
            said |= {LOW_QUALITY: result["scores"][LOW_QUALITY]}
            for name, scores in kept["labels"].items():
                public = name if name == LOW_QUALITY else public_name(name)
                assert abs(said[public] - scores[place]) <= SAME, (result["id"], name)
