"""Spans of requests and stages, without a word of any post."""

from __future__ import annotations

from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.app import create_app
from service.settings import Settings
from service.stages import STAGES
from tests.service.conftest import wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_request_and_its_stages_are_one_trace(settings: Settings) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with TestClient(create_app(settings, provider)) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        exporter.clear()
        parent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        answer = client.post("/score?q=秘密", json={"text": "今天的秘密"}, headers=parent)
    spans = {span.name: span for span in exporter.get_finished_spans()}
    request = spans.pop("POST /score")
    assert set(spans) == set(STAGES)
    assert request.attributes["mingjian.request_id"] == answer.headers["x-request-id"]
    for span in spans.values():
        assert format(span.context.trace_id, "032x") == TRACE
        assert span.parent.span_id == request.context.span_id
        assert request.start_time <= span.start_time <= span.end_time <= request.end_time
    starts = [spans[stage].start_time for stage in ("receive", "tokenise", "infer", "record")]
    assert starts == sorted(starts)
    assert "秘密" not in "".join(str(span.to_json()) for span in (request, *spans.values()))
