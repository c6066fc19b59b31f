"""GET /metrics counts and times with the stage names of the architecture."""

from __future__ import annotations

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.settings import Settings
from service.stages import STAGES
from tests.service.conftest import wait_until


def test_what_is_counted(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        client.post("/score", json={"items": [{"text": "今天"}, {"text": "明天"}, {"text": ""}]})
        client.get("/被拒绝的地址")
        response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    samples = [
        sample
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    ]

    def value(name: str, **labels: str) -> float:
        return sum(
            s.value for s in samples if s.name == name and labels.items() <= s.labels.items()
        )

    assert value("mingjian_requests_total", route="/score", method="POST", status="200") == 1
    assert value("mingjian_requests_total", route="unmatched", status="404") == 1
    assert value("mingjian_items_total", outcome="invalid_item") == 1
    assert value("mingjian_items_total") == 3
    assert value("mingjian_batch_rows_sum") == 2
    assert value("mingjian_queue_tokens") == 0
    assert value("mingjian_release") == 1
    for stage in STAGES:
        assert value("mingjian_stage_seconds_count", stage=stage) == 1
    assert "被拒绝的地址" not in response.text
