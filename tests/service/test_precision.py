"""The precision in use is told: by GET /release, and by every decision."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from models.release import Release
from models.runtime.processor import Processor
from models.runtime.tuning import Tuned, write_tuning
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import new_database, wait_until


def told(settings: Settings) -> tuple[str, str]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        answer = client.post("/score", json={"items": [{"text": "今天下雨，出门记得带伞。"}]})
        decision = answer.json()["results"][0]["decision_id"]
        recorded = client.get(f"/decisions/{decision}").json()
        return client.get("/release").json()["precision"], recorded["versions"]["precision"]


def test_int8_is_told(int8_release: Path, tmp_path: Path) -> None:
    settings = Settings(
        release=str(int8_release),
        database_url=new_database(tmp_path),
        precision="int8",
        threads=1,
    )
    assert told(settings) == ("int8", "int8")


def test_what_tune_found_is_served(int8_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "tuning.json"
    fingerprint = Release.load(int8_release).fingerprint
    write_tuning(path, fingerprint, Processor.here(), Tuned("f32", 1), [])
    settings = Settings(
        release=str(int8_release), database_url=new_database(tmp_path), tuning=str(path)
    )
    assert told(settings) == ("f32", "f32")
