"""GET /release tells what is served."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from models.labels import LABELS
from models.release import Release
from service.release.schemas import ReleaseInfo
from service.settings import Settings


def test_every_field(client: TestClient, settings: Settings) -> None:
    response = client.get("/release")
    assert response.status_code == 200
    answer = response.json()
    ReleaseInfo.model_validate(answer)
    release = Release.load(Path(settings.release))
    public = [label.public for label in LABELS]
    assert answer["name"] == release.name
    assert answer["fingerprint"] == release.fingerprint
    assert answer["backend"] == "openvino"
    assert answer["precision"] == "f32"
    assert [(label["label"], label["chinese"]) for label in answer["labels"]] == [
        (label.public, label.chinese) for label in LABELS
    ]
    assert answer["not_judged"] == []
    assert list(answer["thresholds"]) == public
    assert answer["thresholds"]["rumour"] == {
        "threshold": 0.5,
        "sentence": "best F1",
        "precision": 0.5,
        "recall": 0.5,
        "interval": {"precision": [0.4, 0.6], "recall": [0.4, 0.6]},
        "support": {"positives": 20, "negatives": 20},
    }
    assert list(answer["calibration"]["labels"]) == public
    assert set(answer["calibration"]["priors"]) == {*public, "low_quality"}
    assert answer["sources"][0]["licence"] == "Apache-2.0"
    assert answer["metrics"]["labels"]
    assert answer["windows"] == {"length": 64, "overlap": 16}
