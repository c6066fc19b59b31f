"""A label that a user trained is a label like any other, from the score to the feedback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.labels import LABEL_NAMES
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import new_database, wait_until
from tests.tiny import build_release

LABEL = "low_quality.spoiler"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, tiny_base_model: Path) -> Iterator[TestClient]:
    """A service with a release of eight labels."""
    folder = tmp_path_factory.mktemp("own")
    release = build_release(
        folder / "release", tiny_base_model, name="own", labels=(*LABEL_NAMES, "spoiler")
    )
    settings = Settings(
        release=str(release), database_url=new_database(folder), precision="f32", threads=1
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        yield client


def label_of(result: dict[str, Any]) -> dict[str, Any]:
    """The label's line in a result."""
    return next(label for label in result["labels"] if label["label"] == LABEL)


def score(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post("/score", json={"text": "男主其实就是凶手", **fields})
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def test_it_is_scored_and_flagged_by_its_threshold(client: TestClient) -> None:
    found = label_of(score(client))
    assert 0 <= found["score"] <= 1
    assert found["threshold"] == 0.5
    assert found["flagged"] == (found["score"] >= 0.5)


def test_the_release_lists_it(client: TestClient) -> None:
    release = client.get("/release").json()
    assert {"label": LABEL, "chinese": None} in release["labels"]
    assert release["thresholds"][LABEL]["threshold"] == 0.5
    assert LABEL in release["calibration"]["labels"]
    assert LABEL in release["calibration"]["priors"]


def test_any_operating_point_can_be_asked_for(client: TestClient) -> None:
    answer = client.get(
        "/release/thresholds", params={"label": LABEL, "maximise": "recall", "precision": 0.6}
    )
    assert answer.status_code == 200
    assert answer.json()["label"] == LABEL


def test_a_policy_may_name_it_and_its_reason_is_told(client: TestClient) -> None:
    policy = {"labels": {LABEL: {"threshold": 0.0001, "suggestion": "block"}}}
    assert client.put("/policies/strict", json=policy).status_code in {200, 201}
    result = score(client, policy="strict", explain=True)
    assert label_of(result)["flagged"]
    assert result["suggestion"] == "block"
    reasons = [reason for reason in result["reasons"] if reason["code"] == "model.spoiler"]
    assert reasons
    assert all("spoiler" in reason["note"] for reason in reasons)


def test_feedback_and_verdicts_take_it(client: TestClient) -> None:
    decision = score(client)["decision_id"]
    verdict = {"verdict": "review", "labels": {LABEL: 1}}
    assert client.patch(f"/decisions/{decision}", json=verdict).status_code == 200
    items = [{"decision_id": decision, "labels": {LABEL: 1}}]
    assert client.post("/feedback", json={"items": items}).status_code == 201
